// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.app.CachingServlet;
import dev.epik.filter.app.EchoServlet;
import dev.epik.testing.LogCapture;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;

/** The filter that is built in code, on an embedded Jetty. */
class BuilderTest {
    private final Server server = new Server();
    private final List<Filter> later = new ArrayList<>();
    private @Nullable ConsentDecider inContext;

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Wire start(EpikFilter filter, String... initParams) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        FilterHolder holder = new FilterHolder(filter);
        for (int i = 0; i < initParams.length; i += 2) {
            holder.setInitParameter(initParams[i], initParams[i + 1]);
        }
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        later.forEach(each -> context.addFilter(new FilterHolder(each), "/*", EnumSet.of(DispatcherType.REQUEST)));
        context.addServlet(new ServletHolder(new EchoServlet()), "/");
        context.addServlet(new ServletHolder(new CachingServlet()), "/caching/*");
        context.setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, inContext);
        server.setHandler(context);
        server.start();
        return new Wire(connector.getLocalPort());
    }

    @Test
    void obeysTheBuilderAndCounts() throws Exception {
        EpikFilter filter = EpikFilter.builder()
                .consent(request -> ConsentDecider.Decision.granted("test"))
                .cookieDomain(CookieDomain.of("example.shop"))
                .globalPrivacyControl(false)
                .lifetimeDays(30)
                .maxLength(8)
                .refreshOnLanding(true)
                .secure(Secure.ALWAYS)
                .build();
        Wire wire = start(filter);
        String[] visit = {"Host: pay.example.shop", "Sec-GPC: 1", "Cookie: _epik=abc"};
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=2592000; Domain=example.shop; SameSite=Lax; Secure"),
                wire.get("/?epik=abc", visit).all("Set-Cookie"));
        assertEquals(List.of(), wire.get("/?epik=abcdefghi", visit).all("Set-Cookie"));
        assertEquals(
                new CaptureCounts(
                        1, 0, Map.of(Refusal.EMPTY, 0L, Refusal.LENGTH, 1L, Refusal.CHARACTERS, 0L), 0, 0, 0, 0, 0),
                filter.counts());
    }

    @Test
    void initParamOfTheRegistrationOverridesTheBuilder() throws Exception {
        Wire wire = start(EpikFilter.builder().lifetimeDays(30).build(), "lifetime-days", "1");
        assertTrue(wire.get("/?epik=abc").all("Set-Cookie").get(0).contains("Max-Age=86400;"));
    }

    @Test
    void usesABuiltInConsentDecider() throws Exception {
        Wire wire = start(
                EpikFilter.builder().consent(ConsentDecider.cookie("ok=1")).build());
        assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
        assertEquals(1, wire.get("/?epik=abc", "Cookie: ok=1").all("Set-Cookie").size());
    }

    @Test
    void letsSpringSecurityForbidCaches() throws Exception {
        later.add(new HeaderWriterFilter(List.of(new CacheControlHeadersWriter())));
        Wire wire = start(EpikFilter.builder().build());
        Answer landing = wire.get("/?epik=abc");
        assertEquals(1, landing.all("Set-Cookie").size());
        assertEquals(List.of("no-store"), landing.all("Cache-Control"));
        // if the application sets a Cache-Control, Spring Security sets none; it is made private
        Answer decided = wire.get("/caching/set?epik=abc");
        assertEquals(List.of("private, max-age=60"), decided.all("Cache-Control"));
    }

    @Test
    void buildRefusesAnInvalidValue() {
        var exception = assertThrows(
                IllegalArgumentException.class,
                () -> EpikFilter.builder().lifetimeDays(401).build());
        assertTrue(exception.toString().contains("lifetime-days"), exception::toString);
    }

    @Test
    void treatsNullFromAConsentDeciderAsADenial() throws Exception {
        @SuppressWarnings("NullAway") // a function without null checks
        ConsentDecider broken = request -> null;
        Wire wire = start(EpikFilter.builder().consent(broken).build());
        Answer answer = wire.get("/?epik=abc");
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("consent=denied; the consent decider failed"), answer.body());
    }

    @Test
    void initParamReplacesABuiltInConsentDecider() throws Exception {
        EpikFilter filter =
                EpikFilter.builder().consent(ConsentDecider.required()).build();
        Wire wire = start(filter, "consent", "not-required");
        assertEquals(1, wire.get("/?epik=abc").all("Set-Cookie").size());
    }

    @Test
    void initParamDoesNotReplaceAConsentDeciderOfTheApplication() throws Exception {
        ConsentDecider denying = request -> ConsentDecider.Decision.denied("test");
        Wire wire = start(EpikFilter.builder().consent(denying).build(), "consent", "not-required");
        assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
    }

    @Test
    void lastConsentDeciderOfTheBuilderDecides() throws Exception {
        EpikFilter filter = EpikFilter.builder()
                .consent(request -> ConsentDecider.Decision.denied("test"))
                .consent(ConsentDecider.notRequired())
                .build();
        assertEquals(1, start(filter).get("/?epik=abc").all("Set-Cookie").size());
    }

    @Test
    void functionOfTheApplicationCanUseABuiltInConsentDecider() throws Exception {
        ConsentDecider banner = ConsentDecider.cookie("ok=1");
        Wire wire = start(EpikFilter.builder()
                .consent(request -> "1".equals(request.getHeader("X-Member"))
                        ? ConsentDecider.Decision.granted("member")
                        : banner.decide(request))
                .build());
        assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
        assertEquals(1, wire.get("/?epik=abc", "X-Member: 1").all("Set-Cookie").size());
        assertEquals(1, wire.get("/?epik=abc", "Cookie: ok=1").all("Set-Cookie").size());
    }

    @Test
    void builtInConsentDeciderOfTheServletContextObeysTheBeacon() throws Exception {
        inContext = ConsentDecider.required();
        Wire wire =
                start(EpikFilter.builder().consent(ConsentDecider.cookiebot()).build());
        Answer beacon = wire.send(
                "POST",
                "/_epik",
                "consent=granted&epik=abc",
                "Sec-Fetch-Site: same-origin",
                "Content-Type: text/plain");
        assertEquals(2, beacon.all("Set-Cookie").size(), beacon::toString);
    }

    /** Each start warns once, until the setting is chosen. */
    @Test
    void startWarnsUntilConsentIsChosen() throws Exception {
        assertEquals(1, warningsOf(EpikFilter.builder().build()).size());
        assertEquals(1, warningsOf(EpikFilter.builder().build()).size(), "at every start");
        for (ConsentDecider chosen : List.<ConsentDecider>of(
                ConsentDecider.optOut(),
                ConsentDecider.required(),
                ConsentDecider.platform("cookieyes"),
                request -> ConsentDecider.Decision.unknown("a function"))) {
            assertEquals(
                    List.of(), warningsOf(EpikFilter.builder().consent(chosen).build()));
        }
        inContext = request -> ConsentDecider.Decision.unknown("of the servlet context");
        assertEquals(List.of(), warningsOf(EpikFilter.builder().build()));
    }

    private List<String> warningsOf(EpikFilter filter) throws Exception {
        try (LogCapture log = LogCapture.of(EpikFilter.class)) {
            start(filter);
            server.stop();
            return log.lines().stream()
                    .filter(line -> line.startsWith("WARNING The setting consent"))
                    .toList();
        }
    }

    @Test
    void noBeaconLeavesItsPathToTheApplication() throws Exception {
        Wire wire = start(EpikFilter.builder().beacon("/click").noBeacon().build());
        assertEquals(200, wire.send("POST", "/click", "epik=abc").status());
    }

    @Test
    void everyTypedValueHasItsTextForm() {
        assertEquals(
                "opt-out, required, not-required, cookiebot, onetrust:C0004, tcf:1,2, cookie:ok=1, cookie:ok~1",
                Stream.of(
                                ConsentDecider.optOut(),
                                ConsentDecider.required(),
                                ConsentDecider.notRequired(),
                                ConsentDecider.cookiebot(),
                                ConsentDecider.oneTrust("C0004"),
                                ConsentDecider.platform("tcf:1,2"),
                                ConsentDecider.cookie("ok=1"),
                                ConsentDecider.cookie("ok~1"))
                        .map(Object::toString)
                        .collect(Collectors.joining(", ")));
        assertEquals("auto", CookieDomain.auto().toString());
        assertEquals("host", CookieDomain.hostOnly().toString());
        assertEquals(CookieDomain.of("shop.example"), CookieDomain.parse("shop.example"));
        assertEquals(CookieDomain.hostOnly(), CookieDomain.parse("host"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop_consent", "=granted", "~granted", "shop_consent~"})
    void refusesAConsentCookieWithoutNameAndValue(String cookie) {
        var exception = assertThrows(IllegalArgumentException.class, () -> ConsentDecider.cookie(cookie));
        assertTrue(exception.toString().contains("; use NAME=VALUE"), exception::toString);
    }

    @Test
    void refusesAnUnknownConsentPlatformAndNamesTheKnownOnes() {
        var exception = assertThrows(IllegalArgumentException.class, () -> ConsentDecider.platform("required"));
        assertTrue(exception.toString().contains("cookieyes"), exception::toString);
    }

    @Test
    void refusesABlankOneTrustGroup() {
        var exception = assertThrows(IllegalArgumentException.class, () -> ConsentDecider.oneTrust(" "));
        assertTrue(exception.toString().contains("; use "), exception::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "Shop.example", ".shop.example", "192.0.2.7"})
    void refusesACookieDomainThatIsNoDomainName(String domain) {
        var exception = assertThrows(IllegalArgumentException.class, () -> CookieDomain.of(domain));
        assertTrue(exception.toString().contains("cookie-domain"), exception::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "click"})
    void refusesABeaconThatIsNoPath(String path) {
        var exception = assertThrows(
                IllegalArgumentException.class, () -> EpikFilter.builder().beacon(path));
        assertTrue(exception.toString().contains("noBeacon()"), exception::toString);
    }

    @Test
    void ofSettingsReadsTextForms() throws Exception {
        Wire wire = start(EpikFilter.ofSettings(Map.of("consent", "cookie:ok=1", "lifetime-days", "1")));
        assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
        Answer granted = wire.get("/?epik=abc", "Cookie: ok=1");
        assertTrue(granted.all("Set-Cookie").get(0).contains("Max-Age=86400;"), granted::toString);
        var exception =
                assertThrows(IllegalArgumentException.class, () -> EpikFilter.ofSettings(Map.of("lifetime", "1")));
        assertTrue(exception.toString().contains("[lifetime]"), exception::toString);
    }
}
