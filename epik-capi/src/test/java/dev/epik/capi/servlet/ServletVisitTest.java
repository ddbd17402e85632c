// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.Visit;
import dev.epik.testing.LogCapture;
import dev.epik.testing.VectorRow;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Pipeline;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On a real Tomcat, with the attributes set as {@code epik-filter} sets them; once more on Tomcat 9, with the jar of
 * the classifier {@code javax} and this test transformed with it.
 */
class ServletVisitTest {
    private static final AtomicReference<Visit> SEEN =
            new AtomicReference<>(Visit.of(Visit.Consent.GRANTED, "the shop"));
    private static final Tomcat SERVER = new Tomcat();

    @TempDir
    static Path temp;

    private static ServletContext shop;

    @BeforeAll
    static void start() throws Exception {
        SERVER.setBaseDir(temp.toString());
        SERVER.setPort(0);
        SERVER.getConnector().setProperty("address", "127.0.0.1");
        SERVER.start();
        shop = deploy("");
    }

    private static ServletContext deploy(String path) {
        Context context = SERVER.addContext(path, temp.toString());
        Tomcat.addServlet(context, "checkout", new Checkout()).addMapping("/");
        return context.getServletContext();
    }

    @AfterAll
    static void stop() throws Exception {
        SERVER.stop();
        SERVER.destroy();
    }

    @BeforeEach
    void theFilterGrants() {
        filterAnswers("granted");
    }

    static final class Checkout extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            String landed = request.getHeader("X-Landed");
            if (landed != null) {
                request.setAttribute("dev.epik.clickId", landed);
            }
            SEEN.set(
                    request.getHeader("X-Forwarded-For") == null
                            ? ServletVisit.of(request)
                            : ServletVisit.of(request, TrustedProxies.xForwardedFor("127.0.0.0/8", "::1")));
        }
    }

    private static Visit get(String target, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(uri() + target)).header("User-Agent", "Mozilla/5.0");
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.discarding());
        return Objects.requireNonNull(SEEN.get());
    }

    private static String uri() {
        return "http://127.0.0.1:" + SERVER.getConnector().getLocalPort();
    }

    private static void filterAnswers(String answer) {
        filterAnswers(shop, answer);
    }

    private static void filterAnswers(ServletContext context, String answer) {
        Function<HttpServletRequest, String> filter = request -> answer;
        context.setAttribute("dev.epik.consent", filter);
    }

    static Stream<VectorRow> cookies() {
        return VectorRow.of("capture.json", "cookies");
    }

    @ParameterizedTest
    @MethodSource("cookies")
    void readsTheCookieByTheTable(VectorRow row) throws Exception {
        Visit visit = get("/checkout", "Cookie", row.json().path("header").asText());
        assertEquals(row.json().path("clickId").textValue(), visit.clickId());
    }

    @Test
    void theClickIdOfTheRequestTakesPrecedenceOverTheCookie() throws Exception {
        assertEquals("new", get("/", "X-Landed", "new", "Cookie", "_epik=old").clickId());
    }

    @Test
    void readsTheUserAgentAndThePage() throws Exception {
        Visit visit = get("/checkout?epik=abc&secret=1");
        assertEquals("127.0.0.1", visit.ip());
        assertEquals("Mozilla/5.0", visit.userAgent());
        assertEquals(uri() + "/checkout?epik=abc", visit.pageUrl());
    }

    @Test
    void readsTheVisitorsAddressBehindTrustedProxies() throws Exception {
        Visit visit = get("/", "X-Forwarded-For", "1.1.1.1, 203.0.113.9", "X-Forwarded-For", "127.0.0.5");
        assertEquals("203.0.113.9", visit.ip());
    }

    /** Azure's gateways put the visitor's port behind the address, and the valve makes that the remote address. */
    @ParameterizedTest
    @CsvSource({"203.0.113.9:54321, 203.0.113.9", "[2001:db8::9]:54321, 2001:db8::9", "203.0.113.9, 203.0.113.9"})
    void removesThePortFromTheAddress(String forwarded, String ip) throws Exception {
        RemoteIpValve valve = new RemoteIpValve();
        valve.setRemoteIpHeader("X-Azure-Client");
        Pipeline pipeline = SERVER.getHost().getPipeline();
        pipeline.addValve(valve);
        try {
            Visit visit = get("/", "X-Azure-Client", forwarded);
            assertEquals(ip, visit.ip());
            assertEquals(List.of(), problemsOf(visit));
        } finally {
            pipeline.removeValve(valve);
        }
    }

    private static List<String> problemsOf(Visit visit) {
        return ConversionEvent.checkout("1").visit(visit).build().warnings().stream()
                .map(Problem::field)
                .filter("ip"::equals)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "granted; cookie shop_consent, GRANTED, cookie shop_consent, abc",
        "denied; Sec-GPC: 1, DENIED, Sec-GPC: 1, ",
        "unknown; no cookie, UNKNOWN, no cookie, ",
        "granted, GRANTED, epik-filter, abc",
        "gibberish, UNKNOWN, epik-filter, ",
    })
    void readsTheClickIdOnlyIfTheFilterReportsConsent(
            String answer, Visit.Consent consent, String reason, String clickId) throws Exception {
        filterAnswers(answer);
        Visit visit = get("/checkout", "Cookie", "_epik=abc");
        assertEquals(consent, visit.consent());
        assertEquals(reason, visit.consentReason());
        assertEquals(clickId, visit.clickId());
    }

    @Test
    void withoutTheFilterTheConsentCookieCountsAndIsOtherwiseUnknown() throws Exception {
        shop.removeAttribute("dev.epik.consent");
        assertEquals(Visit.Consent.DENIED, get("/", "Sec-GPC", "1").consent());
        Visit denied = get("/", "Cookie", "_epik=abc; _epik_consent=granted; _epik_consent=denied");
        assertEquals(Visit.Consent.DENIED, denied.consent());
        assertEquals("cookie _epik_consent", denied.consentReason());
        assertEquals(
                Visit.Consent.GRANTED,
                get("/", "Cookie", "_epik_consent=granted").consent());
        assertEquals(Visit.Consent.UNKNOWN, get("/").consent());
    }

    /** Only the first of these is an opt-out and nothing else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1; _epik_consent=granted|Sec-GPC: 1",
                "a=1; _epik_consent=denied|cookie _epik_consent",
                "a=1|Sec-GPC: 1, without consent",
            })
    void withoutTheFilterTheReasonOfAnOptOutTellsWhetherItIsTheOnlyDenial(String cookies, String reason)
            throws Exception {
        shop.removeAttribute("dev.epik.consent");
        Visit visit = get("/", "Cookie", cookies, "Sec-GPC", "1");
        assertEquals(Visit.Consent.DENIED, visit.consent());
        assertEquals(reason, visit.consentReason());
    }

    @Test
    void warnsOncePerWebApplicationWithoutTheFilter() throws Exception {
        deploy("/first");
        deploy("/second");
        filterAnswers(deploy("/filtered"), "granted");
        List<String> warnings;
        try (LogCapture log = LogCapture.of(ServletVisit.class)) {
            for (String path : List.of("/first", "/filtered", "/first", "/second", "/second", "/filtered")) {
                get(path + "/");
            }
            warnings = log.lines();
        }
        assertEquals(2, warnings.size(), warnings::toString);
        assertTrue(
                warnings.get(0).startsWith("WARNING The web application \"/first\" has no epik-filter"),
                warnings::toString);
        assertTrue(warnings.get(0).contains("to the same WAR, or call visit.withConsent(...)"), warnings::toString);
        assertTrue(warnings.get(0).contains("metadata-complete=\"true\""), warnings::toString);
        assertTrue(warnings.get(1).contains("\"/second\""), warnings::toString);
    }
}
