// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the consent that stores or erases a click id. */
abstract class ConsentContract extends CaptureContract {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-GPC: 1|denied; Sec-GPC: 1",
                "Cookie: usprivacy=1YYN|denied; usprivacy",
                "Cookie: OptanonConsent=isGpcEnabled=1&groups=C0001%3A1%2CC0004%3A0&v=2|denied; OneTrust targeting",
                "Cookie: CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cmarketing:false}|denied; Cookiebot marketing",
                "Cookie: CookieConsent={stamp:'x',necessary:true,marketing:false}|denied; Cookiebot marketing",
            })
    void obeysReadableDenials(String header, String consent) throws Exception {
        Answer answer = shop.get("/?epik=abc", header);
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("clickId=null\nconsent=" + consent + "\n"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cookie: OptanonConsent=groups=C0001%3A1%2CC0004%3A1",
                "Cookie: CookieConsent={necessary:true%2Cmarketing:true}",
                "Cookie: CookieConsent=-1",
                "Sec-GPC: 0",
            })
    void storesTheClickIdWithoutADenial(String header) throws Exception {
        assertEquals(1, shop.get("/?epik=abc", header).all("Set-Cookie").size());
    }

    @Test
    void denialErasesTheHostAndTheDomainVariantOnADocument() throws Exception {
        Answer answer = shop.get("/", "Cookie: a=1; _epik=abc", "Sec-GPC: 1");
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
    void recoversTheClickIdFromTheSameOriginsReferrer() throws Exception {
        Answer answer = shop.get("/next", "Referer: http://www.shop.example/land?x=1&epik=abc");
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
    void ignoresReferrersOfOtherOrigins(String referrer) throws Exception {
        assertEquals(List.of(), shop.get("/next", "Referer: " + referrer).all("Set-Cookie"));
    }

    static Stream<VectorRow> referrers() {
        return VectorRow.of("capture.json", "referrer");
    }

    /** The last click wins, also if only the referrer of the next page has it. */
    @ParameterizedTest
    @MethodSource("referrers")
    void combinesReferrerAndCookieAsInTheTable(VectorRow row) throws Exception {
        try (Container container = start(Map.of("consent", "required"))) {
            Wire wire = new Wire(container.port());
            String referrer = "Referer: http://www.shop.example/land?" + row.text("referrer");
            String cookie = "Cookie: _epik=" + row.text("cookie");
            assertEquals(List.of(), wire.get("/next", referrer, cookie).all("Set-Cookie"), "not before consent");
            Answer answer = wire.get("/next?" + row.text("query"), referrer, cookie + "; _epik_consent=granted");
            boolean changes = !row.text("cookie").equals(row.text("after"));
            assertEquals(changes ? 1 : 0, answer.all("Set-Cookie").size(), answer::toString);
            if (changes) {
                assertTrue(answer.all("Set-Cookie").get(0).startsWith("_epik=" + row.text("after") + ";"));
            }
        }
    }

    static Stream<VectorRow> consent() {
        return VectorRow.of("consent.json", "consent");
    }

    /** Granted stores a click id, denied erases the cookie, and unknown does neither. */
    @ParameterizedTest
    @MethodSource("consent")
    void readsConsentCookiesAsInTheTable(VectorRow row) throws Exception {
        Wire wire = new Wire(ofSetting(row.text("setting")).port());
        String cookie = row.text("cookie");
        Answer landing = wire.get("/?epik=landed", "Cookie: " + cookie);
        assertTrue(landing.body().contains("\nconsent=" + row.text("expected") + "; "), landing::body);
        assertEquals(row.text("expected").equals("granted") ? 1 : 0, ours(landing), landing::toString);
        Answer later = wire.get("/", "Cookie: " + cookie + "; _epik=abc");
        assertEquals(row.text("expected").equals("denied") ? 2 : 0, ours(later), later::toString);
    }

    /** The default reads the same platforms. */
    @Test
    void obeysAPlatformsDenialWithTheSettingUnset() throws Exception {
        String denial = "cookieyes-consent=consentid:a,consent:no,action:yes,advertisement:no";
        Answer answer = shop.get("/?epik=abc", "Cookie: " + denial + "; _epik=old");
        assertEquals(2, ours(answer), answer::toString);
        assertTrue(answer.body().contains("consent=denied; CookieYes advertisement"), answer.body());
    }

    /** The banner is open on the landing page, and its answer comes with the next one. */
    @ParameterizedTest
    @MethodSource("banners")
    void yesOnALaterPageCapturesTheClickThatBroughtTheVisitor(String open, String accepted) throws Exception {
        Answer landing = shop.get("/land?epik=abc", "Cookie: " + open + "; _epik=older");
        assertEquals(0, ours(landing), landing::toString);
        Answer waiting = shop.get("/land?epik=abc", "Cookie: " + open);
        assertTrue(waiting.body().contains("\nconsent=unknown; "), waiting::body);
        Answer next = shop.get("/next", "Cookie: " + accepted, "Referer: http://www.shop.example/land?epik=abc");
        assertTrue(next.all("Set-Cookie").get(0).startsWith("_epik=abc;"), next::toString);
        assertTrue(next.body().contains("clickId=abc\n"), next.body());
    }

    static Stream<Arguments> banners() {
        String closed = "; OptanonAlertBoxClosed=2025-01-01T00:00:00.000Z";
        String didomi = "didomi_token=";
        return Stream.of(
                Arguments.of(
                        "OptanonConsent=groups=C0001%3A1%2CC0004%3A0",
                        "OptanonConsent=groups=C0001%3A1%2CC0004%3A1" + closed),
                Arguments.of(
                        "cookieyes-consent=action:,advertisement:no", "cookieyes-consent=action:yes,advertisement:yes"),
                Arguments.of("notice_behavior=expressed,eu", "notice_behavior=expressed,eu; notice_preferences=2:"),
                Arguments.of(
                        "CookieScriptConsent={\"bannershown\":1}",
                        "CookieScriptConsent={\"action\":\"accept\",\"categories\":\"[\\\"targeting\\\"]\"}"),
                Arguments.of("_iub_cs-1={\"id\":1}", "_iub_cs-1={\"purposes\":{\"1\":true,\"5\":true},\"id\":1}"),
                Arguments.of(
                        didomi + base64("{\"version\":null}"),
                        didomi + base64("{\"purposes\":{\"enabled\":[\"cookies\",\"create_ads_profile\"]}}")));
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.ISO_8859_1));
    }

    private final Map<String, Container> ofSettings = new HashMap<>();

    private Container ofSetting(String setting) throws Exception {
        Container there = ofSettings.get(setting);
        if (there == null) {
            there = start(Map.of("consent", setting));
            ofSettings.put(setting, there);
        }
        return there;
    }

    @AfterAll
    void stopThoseOfSettings() {
        ofSettings.values().forEach(Container::close);
    }

    @Test
    void denialOnASubdomainErasesTheCookieOfEveryParentDomain() throws Exception {
        Answer answer = shop.get("/", "Host: a.checkout.shop.example", "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(
                List.of(
                        "_epik=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=a.checkout.shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=checkout.shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                answer.all("Set-Cookie"));
    }

    @Test
    void limitsErasuresForAHostWithManyLabels() throws Exception {
        String host = "a.".repeat(100) + "shop.example";
        Answer answer =
                shop.get("/", "Host: " + host, "Cookie: _epik=abc; _pin_unauth=b; _derived_epik=c", "Sec-GPC: 1");
        assertEquals(200, answer.status());
        assertEquals(3 * 7, answer.all("Set-Cookie").size());
        assertTrue(answer.all("Set-Cookie").contains("_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"));
    }

    @Test
    void denialErasesTheCookiesThatPinterestsTagDerived() throws Exception {
        String cookies = "Cookie: _pin_unauth=unauth; _epik=abc; _derived_epik=derived";
        List<String> erased = shop.get("/", cookies, "Sec-GPC: 1").all("Set-Cookie");
        for (String name : List.of("_epik", "_derived_epik", "_pin_unauth")) {
            assertTrue(erased.contains(name + "=; Path=/; Max-Age=0; SameSite=Lax"), erased::toString);
            assertTrue(
                    erased.contains(name + "=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                    erased::toString);
        }
        assertEquals(6, erased.size());
        assertEquals(List.of(), shop.get("/", cookies).all("Set-Cookie"));
    }

    @Test
    void namedCookieGrantsDeniesOrIsUnknown() throws Exception {
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
            // unknown is no denial: the cookie stays
            assertEquals(List.of(), wire.get("/", "Cookie: _epik=abc").all("Set-Cookie"));
        }
    }

    @Test
    void usesTheDeciderOfTheServletContextAndTreatsItsFailureAsADenial() throws Exception {
        try (Container container = start(new Deployment(Map.of(), true, false))) {
            Wire wire = new Wire(container.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
            assertEquals(
                    1, wire.get("/?epik=abc", "X-Banner: yes").all("Set-Cookie").size());
            Answer broken = wire.get("/?epik=abc", "X-Banner: broken");
            assertEquals(200, broken.status());
            assertEquals(List.of(), broken.all("Set-Cookie"));
            assertTrue(broken.body().contains("denied; the consent decider failed"), broken.body());
        }
    }

    @Test
    void requiredNeedsAYesOfTheApplicationOrTheVisitorsCookie() throws Exception {
        try (Container container = start(Map.of("consent", "required"))) {
            Wire wire = new Wire(container.port());
            assertEquals(List.of(), wire.get("/?epik=abc").all("Set-Cookie"));
            Answer granted = wire.get("/?epik=abc", "Cookie: _epik_consent=granted");
            assertEquals(1, granted.all("Set-Cookie").size());
            assertTrue(granted.body().contains("consent=granted; cookie _epik_consent"), granted.body());
            Answer denied = wire.get("/?epik=abc", "Cookie: _epik_consent=denied; _epik=old");
            assertEquals(2, denied.all("Set-Cookie").size());
            assertTrue(denied.body().contains("clickId=null"), denied.body());
            Answer both = wire.get("/?epik=abc", "Cookie: _epik_consent=granted; _epik_consent=denied");
            assertEquals(List.of(), both.all("Set-Cookie"), "a denial among duplicates wins");
            Answer optedOut = wire.get("/?epik=abc", "Sec-GPC: 1");
            assertTrue(optedOut.body().contains("consent=denied; Sec-GPC: 1, without consent\n"), optedOut.body());
            Answer nothing = wire.get("/?epik=abc", "Cookie: _epik_consent=maybe");
            assertTrue(nothing.body().contains("consent=unknown"), nothing.body());
        }
    }

    @Test
    void obeysTheVisitorsDenialByDefault() throws Exception {
        Answer answer = shop.get("/?epik=abc", "Cookie: _epik_consent=denied");
        assertEquals(List.of(), answer.all("Set-Cookie"));
        assertTrue(answer.body().contains("consent=denied; cookie _epik_consent"), answer.body());
        Answer both = shop.get("/?epik=abc", "Cookie: _epik_consent=denied", "Sec-GPC: 1");
        assertTrue(both.body().contains("consent=denied; cookie _epik_consent\n"), both.body());
    }
}
