// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter promises, on every container, however it got there; a container is one small subclass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CaptureContract {
    private Container dropIn;
    private Wire shop;

    /** The application of {@code app}, the filter in front of it in the way that is usual on this container. */
    abstract Container start() throws Exception;

    /** With these init-params, and where {@code listens} with {@code BannerListener}. */
    abstract Container start(Map<String, String> initParams, boolean listens) throws Exception;

    private Container start(Map<String, String> initParams) throws Exception {
        return start(initParams, false);
    }

    @BeforeAll
    void deploy() throws Exception {
        dropIn = start();
        shop = new Wire(dropIn.port());
    }

    @AfterAll
    void stop() throws Exception {
        dropIn.close();
    }

    static Stream<Vectors.QueryRow> query() {
        return Vectors.query();
    }

    static Stream<Vectors.Row> precedence() {
        return Vectors.rows("precedence");
    }

    // --- value, source, precedence

    @ParameterizedTest
    @MethodSource("query")
    void setsTheCookieThatTheTableSaysAndServesThePage(Vectors.QueryRow row) throws Exception {
        Wire.Answer answer = shop.get("/?" + row.query());
        String clickId = row.clickId();
        List<String> cookies = clickId == null
                ? List.of()
                : List.of("_epik=" + clickId + "; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax");
        assertEquals(cookies, answer.all("Set-Cookie"));
        // Tomcat refuses some characters before any filter runs; where the page is reached, it is served
        boolean refusedByTheContainer = answer.status() == 400 && clickId == null;
        assertTrue(answer.status() == 200 || refusedByTheContainer, "status " + answer.status());
        if (answer.status() == 200) {
            assertTrue(answer.body().contains("clickId=" + clickId + "\n"), answer.body());
        }
    }

    @ParameterizedTest
    @MethodSource("precedence")
    void theUrlAndTheCookieMeetAsTheTableSays(Vectors.Row row) throws Exception {
        Wire.Answer answer = shop.get("/?" + row.text("query"), "Cookie: _epik=" + row.text("cookie"));
        boolean changes = !row.text("cookie").equals(row.text("after"));
        assertEquals(changes ? 1 : 0, answer.all("Set-Cookie").size());
        if (changes) {
            assertTrue(answer.all("Set-Cookie").get(0).startsWith("_epik=" + row.text("after") + ";"));
        }
    }

    @Test
    void theLastOfDuplicateCookiesIsTheOneCompared() throws Exception {
        assertEquals(List.of(), shop.get("/?epik=b", "Cookie: _epik=a; _epik=b").all("Set-Cookie"));
        assertEquals(
                1,
                shop.get("/?epik=a", "Cookie: _epik=a; _epik=b")
                        .all("Set-Cookie")
                        .size());
    }

    // --- when

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "DELETE"})
    void onlyGetCaptures(String method) throws Exception {
        assertEquals(List.of(), shop.send(method, "/?epik=abc", "").all("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource({"document, 1", "iframe, 0", "image, 0", "script, 0", "empty, 0"})
    void onlyADocumentCaptures(String destination, int cookies) throws Exception {
        Wire.Answer answer = shop.get("/?epik=abc", "Sec-Fetch-Dest: " + destination);
        assertEquals(cookies, answer.all("Set-Cookie").size());
    }

    /** Whether this container keeps headers where an exception meets no error page. */
    boolean keepsHeadersOfACrash() {
        return true;
    }

    @ParameterizedTest
    @CsvSource({"/redirect, 302", "/missing, 404", "/broken, 500"})
    void theCookieOutlivesWhatTheApplicationAnswers(String path, int status) throws Exception {
        Wire.Answer answer = shop.get(path + "?epik=abc");
        assertEquals(status, answer.status());
        boolean kept = status != 500 || keepsHeadersOfACrash();
        assertEquals(kept ? 1 : 0, answer.all("Set-Cookie").size());
    }

    @Test
    void aFormsBodyArrivesUntouched() throws Exception {
        String form = "epik=from-the-body&name=Z%C3%BCrich+%zz";
        Wire.Answer answer =
                shop.send("POST", "/body?epik=abc", form, "Content-Type: application/x-www-form-urlencoded");
        assertTrue(answer.body().endsWith("body=" + form), answer.body());
    }

    @Test
    void aFormIsReadInItsOwnEncoding() throws Exception {
        Wire.Answer answer = shop.send(
                "POST",
                "/parameter?epik=abc",
                "name=Z%FCrich",
                "Content-Type: application/x-www-form-urlencoded; charset=windows-1252");
        assertTrue(answer.body().endsWith("body=Zürich"), answer.body());
    }

    @Test
    void anUploadArrivesWhole() throws Exception {
        String photo = "\0\1 epik=abc ✓".repeat(10_000);
        String upload = "--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.jpg\"\r\n\r\n" + photo
                + "\r\n--edge--\r\n";
        Wire.Answer answer =
                shop.send("POST", "/part?epik=abc", upload, "Content-Type: multipart/form-data; boundary=edge");
        byte[] sent = photo.getBytes(StandardCharsets.UTF_8);
        String whole = sent.length + " bytes, hash " + Arrays.hashCode(sent);
        assertTrue(answer.body().endsWith("body=" + whole), answer.body());
    }

    // --- domain and Secure

    @ParameterizedTest
    @CsvSource({
        "www.shop.example, ; Domain=shop.example",
        "shop.example:8080, ; Domain=shop.example",
        "store.shop.example, ; Domain=store.shop.example",
        "localhost, ''",
        "127.0.0.1, ''",
        "[::1]:8080, ''",
    })
    void theDomainFollowsTheHost(String host, String domain) throws Exception {
        Wire.Answer answer = shop.get("/?epik=abc", "Host: " + host);
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=31536000" + domain + "; SameSite=Lax"), answer.all("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-Host: www.shop.example|; Domain=shop.example",
                "X-Forwarded-Host: www.shop.example, inner.example|; Domain=shop.example",
                "Forwarded: for=192.0.2.1;host=\"www.shop.example\";proto=http|; Domain=shop.example",
                "X-Forwarded-Host: bad host;|",
                "X-Other: 1|",
            })
    void behindAProxyTheDomainIsTheVisitors(String header, String domain) throws Exception {
        Wire.Answer answer = shop.get("/?epik=abc", "Host: app:8080", header);
        // "app" is a name between containers, no visitor's: the capture must not be lost to it
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=31536000" + (domain == null ? "" : domain) + "; SameSite=Lax"),
                answer.all("Set-Cookie"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Forwarded-Proto: https", "X-Forwarded-Proto: HTTPS, http", "Forwarded: proto=https;for=x"})
    void behindATlsProxyTheCookieIsSecure(String header) throws Exception {
        assertTrue(shop.get("/?epik=abc", header).all("Set-Cookie").get(0).endsWith("; SameSite=Lax; Secure"));
    }

    // --- consent

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-GPC: 1|denied; Sec-GPC: 1",
                "Cookie: OptanonConsent=isGpcEnabled=0&groups=C0001%3A1%2CC0004%3A0&v=2|denied; OneTrust C0004",
                "Cookie: CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cmarketing:false}|denied; Cookiebot marketing",
                "Cookie: CookieConsent={stamp:'x',necessary:true,marketing:false}|denied; Cookiebot marketing",
            })
    void aDenialThatCanBeReadIsObeyed(String header, String consent) throws Exception {
        Wire.Answer answer = shop.get("/?epik=abc", header);
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("clickId=null\nconsent=" + consent + "\n"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cookie: OptanonConsent=groups=C0001%3A1%2CC0004%3A1",
                "Cookie: CookieConsent={necessary:true%2Cmarketing:true}",
                "Cookie: OptanonConsent=%zz; CookieConsent=-1",
                "Sec-GPC: 0",
            })
    void withoutADenialTheClickIsKept(String header) throws Exception {
        assertEquals(1, shop.get("/?epik=abc", header).all("Set-Cookie").size());
    }

    @Test
    void aDenialErasesTheHostAndTheDomainVariantOnADocument() throws Exception {
        Wire.Answer answer = shop.get("/", "Cookie: a=1; _epik=abc", "Sec-GPC: 1");
        assertEquals(
                List.of(
                        "_epik=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                answer.all("Set-Cookie"));
        assertEquals(
                List.of(),
                shop.get("/", "Cookie: _epik=abc", "Sec-GPC: 1", "Sec-Fetch-Dest: image")
                        .all("Set-Cookie"));
        assertEquals(
                List.of(),
                shop.get("/", "Cookie: other=1; _derived_epik=abc", "Sec-GPC: 1")
                        .all("Set-Cookie"));
    }

    @Test
    void aLandingPageThatNobodySawIsRecoveredFromTheSameOriginsReferrer() throws Exception {
        Wire.Answer answer = shop.get("/next", "Referer: http://www.shop.example/land?x=1&epik=abc");
        assertEquals(1, answer.all("Set-Cookie").size());
        assertTrue(answer.body().contains("clickId=abc\n"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/?epik=abc",
                "http://www.shop.example.evil.example/?epik=abc",
                "http://www.shop.example:8080/?epik=abc",
                "https://www.shop.example/?epik=abc",
                "http://www.shop.example@evil.example/?epik=abc",
                "http://www.shop.example/?epik=a%20b",
                "epik=abc",
            })
    void anotherOriginsReferrerIsNoClick(String referrer) throws Exception {
        assertEquals(List.of(), shop.get("/next", "Referer: " + referrer).all("Set-Cookie"));
    }

    @Test
    void aReferrerNeverReplacesACookie() throws Exception {
        Wire.Answer answer = shop.get("/next", "Referer: http://www.shop.example/?epik=older", "Cookie: _epik=newer");
        assertEquals(List.of(), answer.all("Set-Cookie"));
    }

    @Test
    void aNamedCookieGrantsDeniesOrIsUnknown() throws Exception {
        try (Container container = start(Map.of("consent", "cookie:shop_consent=granted"))) {
            Wire wire = new Wire(container.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
            assertTrue(wire.get("/?epik=abc").body().contains("consent=unknown; no cookie shop_consent"));
            assertEquals(
                    List.of(),
                    wire.get("/?epik=abc", "Cookie: shop_consent=denied").all("Set-Cookie"));
            assertEquals(
                    2,
                    wire.get("/", "Cookie: shop_consent=denied; _epik=abc")
                            .all("Set-Cookie")
                            .size());
            assertEquals(
                    1,
                    wire.get("/?epik=abc", "Cookie: shop_consent=granted")
                            .all("Set-Cookie")
                            .size());
            // unknown is not denied: what is there stays
            assertEquals(List.of(), wire.get("/", "Cookie: _epik=abc").all("Set-Cookie"));
        }
    }

    @Test
    void aFunctionInTheServletContextDecidesAndItsFailureIsADenial() throws Exception {
        try (Container container = start(Map.of(), true)) {
            Wire wire = new Wire(container.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
            assertEquals(
                    1, wire.get("/?epik=abc", "X-Banner: yes").all("Set-Cookie").size());
            Wire.Answer broken = wire.get("/?epik=abc", "X-Banner: broken");
            assertEquals(200, broken.status());
            assertEquals(List.of(), broken.all("Set-Cookie"));
            assertTrue(broken.body().contains("denied; the consent function failed"), broken.body());
        }
    }

    @Test
    void underRequiredTheApplicationOrTheVisitorsOwnCookieGrants() throws Exception {
        try (Container container = start(Map.of("consent", "required"))) {
            Wire wire = new Wire(container.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
            Wire.Answer granted = wire.get("/?epik=abc", "Cookie: _epik_consent=granted");
            assertEquals(1, granted.all("Set-Cookie").size());
            assertTrue(granted.body().contains("consent=granted; cookie _epik_consent"), granted.body());
            Wire.Answer denied = wire.get("/?epik=abc", "Cookie: _epik_consent=denied; _epik=old");
            assertEquals(2, denied.all("Set-Cookie").size());
            assertTrue(denied.body().contains("clickId=null"), denied.body());
            Wire.Answer both = wire.get("/?epik=abc", "Cookie: _epik_consent=granted; _epik_consent=denied");
            assertEquals(List.of(), both.all("Set-Cookie"), "a no among duplicates stays a no");
            Wire.Answer nothing = wire.get("/?epik=abc", "Cookie: _epik_consent=maybe");
            assertTrue(nothing.body().contains("consent=unknown"), nothing.body());
        }
    }

    @Test
    void theVisitorsOwnNoIsObeyedByDefault() throws Exception {
        Wire.Answer answer = shop.get("/?epik=abc", "Cookie: _epik_consent=denied");
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("consent=denied; cookie _epik_consent"), answer.body());
    }

    // --- the beacon

    private static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";
    private static final String TEXT = "Content-Type: text/plain;charset=UTF-8";

    static Stream<Vectors.Row> beacon() {
        return Vectors.rows("beacon");
    }

    @ParameterizedTest
    @MethodSource("beacon")
    void theBeaconIsReadAsTheTableSays(Vectors.Row row) throws Exception {
        Wire.Answer answer = shop.send("POST", "/_epik", row.text("body"), SAME_ORIGIN, TEXT);
        assertEquals(row.json().path("status").asInt(204), answer.status(), answer::toString);
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
        List<String> lines = new ArrayList<>();
        if (row.orNull("consent") != null) {
            lines.add("_epik_consent=" + row.text("consent")
                    + "; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax");
        }
        if (row.orNull("clickId") != null) {
            lines.add("_epik=" + row.text("clickId") + "; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax");
        }
        assertEquals(lines, answer.all("Set-Cookie"));
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 405",
        "HEAD, 405",
        "PUT, 405",
        "DELETE, 405",
        "OPTIONS, 405",
    })
    void theBeaconIsAPostAndNothingElse(String method, int status) throws Exception {
        Wire.Answer answer = shop.send(method, "/_epik", "", SAME_ORIGIN, TEXT);
        assertEquals(status, answer.status());
        assertEquals(List.of("POST"), answer.all("Allow"));
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-Fetch-Site: same-origin | 204",
                "Origin: http://www.shop.example | 204",
                "Origin: https://WWW.shop.example | 204",
                "Sec-Fetch-Site: same-site | 403",
                "Sec-Fetch-Site: cross-site | 403",
                "Sec-Fetch-Site: none | 403",
                "Origin: http://shop.example | 403",
                "Origin: http://www.shop.example:8080 | 403",
                "Origin: http://www.shop.example.evil.example | 403",
                "Origin: null | 403",
                "X-Other: 1 | 403",
            })
    void theBeaconIsForPagesOfTheSameOriginAlone(String header, int status) throws Exception {
        Wire.Answer answer = shop.send("POST", "/_epik", "epik=abc", header.strip(), TEXT);
        assertEquals(status, answer.status());
        assertEquals(status == 204 ? 1 : 0, answer.all("Set-Cookie").size());
        assertEquals(List.of(), answer.all("Access-Control-Allow-Origin"));
    }

    @ParameterizedTest
    @CsvSource({"text/plain, 204", "TEXT/Plain; charset=x, 204", "application/x-www-form-urlencoded, 415", "'', 415"})
    void theBeaconIsPlainText(String type, int status) throws Exception {
        String header = type.isEmpty() ? "X-Other: 1" : "Content-Type: " + type;
        assertEquals(
                status,
                shop.send("POST", "/_epik", "epik=abc", SAME_ORIGIN, header).status());
    }

    @Test
    void theBeaconIsAtMostAKilobyteWhateverItsHeadersSay() throws Exception {
        String longest = "epik=abc&" + "x".repeat(1015);
        assertEquals(
                204, shop.send("POST", "/_epik", longest, SAME_ORIGIN, TEXT).status());
        assertEquals(
                413,
                shop.send("POST", "/_epik", longest + "x", SAME_ORIGIN, TEXT).status());
        String chunked = "401\r\n" + longest + "x\r\n0\r\n\r\n";
        assertEquals(
                413,
                shop.send("POST", "/_epik", chunked, SAME_ORIGIN, TEXT, "Transfer-Encoding: chunked")
                        .status());
    }

    @Test
    void theBeaconWritesAgainWhatTheScriptHasWritten() throws Exception {
        Wire.Answer answer = shop.send("POST", "/_epik", "epik=abc", SAME_ORIGIN, TEXT, "Cookie: _epik=abc");
        assertEquals(1, answer.all("Set-Cookie").size(), "a server's cookie lives longer than a script's");
    }

    @Test
    void aNoToTheBeaconErasesEveryVariantAndAGpcBeatsAYes() throws Exception {
        Wire.Answer no = shop.send("POST", "/_epik", "consent=denied", SAME_ORIGIN, TEXT, "Cookie: _epik=abc");
        assertEquals(
                List.of(
                        "_epik_consent=denied; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                no.all("Set-Cookie"));
        Wire.Answer yes = shop.send("POST", "/_epik", "epik=abc&consent=granted", SAME_ORIGIN, TEXT, "Sec-GPC: 1");
        assertEquals(204, yes.status());
        assertEquals(List.of(), yes.all("Set-Cookie"));
    }

    @Test
    void aBannerWithACookieOfItsOwnIsBelievedBeforeTheBeacon() throws Exception {
        try (Container container = start(Map.of("consent", "cookie:shop_consent=granted", "beacon", "/shop/click"))) {
            Wire wire = new Wire(container.port());
            String all = "epik=abc&consent=granted";
            assertEquals(
                    List.of(),
                    wire.send("POST", "/shop/click", all, SAME_ORIGIN, TEXT).all("Set-Cookie"));
            Wire.Answer granted =
                    wire.send("POST", "/shop/click", all, SAME_ORIGIN, TEXT, "Cookie: shop_consent=granted");
            assertEquals(1, granted.all("Set-Cookie").size());
            Wire.Answer no = wire.send(
                    "POST",
                    "/shop/click",
                    "consent=denied",
                    SAME_ORIGIN,
                    TEXT,
                    "Cookie: shop_consent=granted; _epik=a");
            assertEquals(2, no.all("Set-Cookie").size(), "a no erases whoever is asked");
        }
    }

    @Test
    void theBeaconCanBeOff() throws Exception {
        try (Container container = start(Map.of("beacon", "off"))) {
            Wire.Answer answer = new Wire(container.port()).send("POST", "/_epik", "epik=abc", SAME_ORIGIN, TEXT);
            assertEquals(200, answer.status(), "the application's own");
            assertEquals(List.of(), answer.all("Set-Cookie"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/_epik", "/_epik/", "/my_epik", "/_epik2"})
    void otherPathsAreTheApplications(String path) throws Exception {
        assertEquals(200, shop.send("POST", path, "epik=abc", SAME_ORIGIN, TEXT).status());
    }

    // --- caches

    /** By which {@code CachingServlet} wants its pages kept by all. */
    static Stream<String> ways() {
        return Stream.of(
                "set",
                "add",
                "cdn",
                "no-store",
                "own-cookie",
                "unset",
                "reset",
                "only-reset",
                "not-modified",
                "redirect",
                "error",
                "throw",
                "async",
                "async-dispatch",
                "looks");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void noSharedCacheMayKeepAResponseThatSetsTheCookieWhateverTheApplicationDoes(String path) throws Exception {
        Wire.Answer answer = shop.get("/caching/" + path + "?epik=abc");
        assertEquals(
                1,
                answer.all("Set-Cookie").stream()
                        .filter(cookie -> cookie.startsWith("_epik=abc;"))
                        .count(),
                answer::toString);
        String said = String.join(", ", answer.all("Cache-Control"));
        assertTrue(said.contains("private") || said.contains("no-store"), answer::toString);
        for (String open : List.of("public", "s-maxage", "immutable")) {
            assertFalse(said.contains(open), answer::toString);
        }
        for (String cdn :
                List.of("CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "X-Accel-Expires")) {
            answer.all(cdn).forEach(value -> assertTrue(value.matches("no-store|0"), answer::toString));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"set", "add", "reset", "error", "async", "async-dispatch"})
    void aResponseThatSetsNothingSaysToCachesWhatTheApplicationSays(String path) throws Exception {
        String said = String.join(", ", shop.get("/caching/" + path).all("Cache-Control"));
        assertTrue(said.contains("public") && said.contains("s-maxage=600"), said);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCarelessSharedCacheNeverHandsOneVisitorsClickToAnother(String path) throws Exception {
        SharedCache cache = new SharedCache(shop);
        assertEquals(1, ours(cache.get("/caching/" + path + "?epik=first")));
        assertEquals(0, ours(cache.get("/caching/" + path)), "the click of another");
        SharedCache denying = new SharedCache(shop);
        denying.get("/caching/" + path, "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(0, ours(denying.get("/caching/" + path, "Cookie: _epik=abc")), "the denial of another");
    }

    private static long ours(Wire.Answer answer) {
        return answer.all("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("_epik="))
                .count();
    }

    @Test
    void theCarelessCacheKeepsWhatItMay() throws Exception {
        SharedCache cache = new SharedCache(shop);
        cache.get("/caching/add");
        cache.get("/caching/add");
        cache.get("/caching/async");
        cache.get("/caching/async");
        assertEquals(2, cache.hits());
    }

    @Test
    void anErasureIsKeptFromSharedCachesToo() throws Exception {
        Wire.Answer answer = shop.get("/caching/set", "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(2, answer.all("Set-Cookie").size());
        assertEquals(List.of("private, max-age=60"), answer.all("Cache-Control"));
    }

    @Test
    void whereTheApplicationSaysNothingTheResponseIsPrivateAndMayGoBackAndForward() throws Exception {
        assertEquals(List.of("private, no-cache"), shop.get("/?epik=abc").all("Cache-Control"));
        assertEquals(List.of("no-store"), shop.get("/caching/no-store?epik=abc").all("Cache-Control"));
    }

    @Test
    void ourOwnCacheControlIsInvisibleSoThatOthersStillSetTheirs() throws Exception {
        Wire.Answer answer = shop.get("/caching/looks?epik=abc");
        assertEquals(List.of("false null [] false"), answer.all("X-Seen"));
        assertEquals(List.of("private, no-cache"), answer.all("Cache-Control"));
    }

    // --- settings

    @Test
    void itObeysItsInitParams() throws Exception {
        try (Container container = start(Map.of(
                "lifetime-days", "30", "cookie-domain", "example.shop", "secure", "always", "max-length", "16"))) {
            Wire wire = new Wire(container.port());
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=2592000; Domain=example.shop; SameSite=Lax; Secure"),
                    wire.get("/?epik=abc", "Host: pay.example.shop").all("Set-Cookie"));
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=2592000; SameSite=Lax; Secure"),
                    wire.get("/?epik=abc", "Host: other.example").all("Set-Cookie"));
            assertEquals(List.of(), wire.get("/?epik=" + "a".repeat(17)).all("Set-Cookie"));
        }
    }

    @Test
    void aRefreshWritesTheSameClickIdAgainAtALandingAlone() throws Exception {
        try (Container container = start(Map.of("refresh", "landing"))) {
            Wire wire = new Wire(container.port());
            assertEquals(
                    1,
                    wire.get("/?epik=abc", "Cookie: _epik=abc")
                            .all("Set-Cookie")
                            .size());
            assertEquals(List.of(), wire.get("/", "Cookie: _epik=abc").all("Set-Cookie"));
        }
    }

    @Test
    void whatItDidIsCountedInJmxAsLongAsItIsDeployed() throws Exception {
        String context = "context=\"\",*";
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> before = server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null);
        stop();
        try (Container container = start()) {
            Wire wire = new Wire(container.port());
            wire.get("/?epik=abc");
            wire.get("/?epik=abc", "Cookie: _epik=abc");
            wire.get("/?epik=");
            wire.get("/?epik=a%20b");
            wire.get("/?epik=" + "a".repeat(513));
            wire.get("/?epik=abc", "Sec-GPC: 1");
            wire.get("/", "Cookie: _epik=abc", "Sec-GPC: 1");
            wire.get("/");
            ObjectName name = server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null)
                    .iterator()
                    .next();
            Map<String, Long> counts = new TreeMap<>();
            for (var attribute : server.getMBeanInfo(name).getAttributes()) {
                counts.put(attribute.getName(), (Long) server.getAttribute(name, attribute.getName()));
            }
            assertEquals(
                    Map.of(
                            "Captured",
                            1L,
                            "Unchanged",
                            1L,
                            "RefusedEmpty",
                            1L,
                            "RefusedCharacters",
                            1L,
                            "RefusedLength",
                            1L,
                            "WithoutConsent",
                            1L,
                            "Erased",
                            1L),
                    counts);
        } finally {
            assertEquals(1, before.size());
            assertEquals(Set.of(), server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null));
            deploy();
        }
    }

    @Test
    void anUnknownInitParamFailsTheDeployment() throws Exception {
        assertThrows(
                Exception.class,
                () -> start(Map.of("cookieDomain", "shop.example")).close());
    }
}
