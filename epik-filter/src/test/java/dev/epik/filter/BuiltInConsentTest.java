// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.consent.ConsentPlatform;
import dev.epik.filter.consent.ConsentPlatforms;
import dev.epik.testing.LogCapture;
import dev.epik.testing.VectorRow;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in deciders, without a container. */
class BuiltInConsentTest {
    private static final Set<String> WITH_SETTING = Set.of(
            "onetrust",
            "cookiebot",
            "cookieyes",
            "trustarc",
            "cookie-script",
            "iubenda",
            "didomi",
            "complianz",
            "tcf",
            "usprivacy");

    static Stream<VectorRow> consent() {
        return VectorRow.of("consent.json", "consent");
    }

    static Stream<VectorRow> withPlatform() {
        return consent().filter(row -> row.json().has("platform"));
    }

    @ParameterizedTest
    @MethodSource("consent")
    void decidesAsInTheTable(VectorRow row) {
        assertEquals(row.text("expected"), answer(row.text("setting"), row.text("cookie")), row::toString);
    }

    @ParameterizedTest
    @MethodSource("withPlatform")
    void namedPlatformAnswersAsInTheTable(VectorRow row) {
        assertEquals(row.text("expected"), answer(row.text("platform"), row.text("cookie")), row::toString);
    }

    /** At least five cookies of each platform were seen on a real site, and all three answers occur. */
    @ParameterizedTest
    @ValueSource(
            strings = {"onetrust", "cookiebot", "cookieyes", "trustarc", "cookie-script", "iubenda", "didomi", "tcf"})
    void tableHasRealCookiesOfThePlatform(String platform) {
        List<VectorRow> rows = withPlatform()
                .filter(row -> row.text("platform").equals(platform))
                .toList();
        long real = rows.stream()
                .filter(row -> row.text("source").contains("public code index"))
                .count();
        assertTrue(real >= 5, () -> real + " real cookies");
        assertEquals(
                Set.of("granted", "denied", "unknown"),
                rows.stream().map(row -> row.text("expected")).collect(Collectors.toSet()));
    }

    @Test
    void everyPlatformIsInTheTableAndInTheMessage() {
        Set<String> inTable =
                withPlatform().map(row -> row.text("platform")).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(WITH_SETTING), inTable);
        assertEquals(WITH_SETTING.size() + 1, ConsentPlatforms.known().size(), "and Osano, which has no setting");
        for (String setting : WITH_SETTING) {
            assertTrue(BuiltInConsent.FORMS.contains(setting), setting);
            assertEquals(setting, BuiltInConsent.of(setting).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "osano",
                "OneTrust",
                "onetrust:",
                "cookiebot:x",
                "tcf:",
                "tcf:0",
                "tcf:25",
                "tcf:1,",
                "tcf:1;3",
                "cookie:",
                "cookie:x",
                "cookie:~x",
                "cookie:x~",
                "cookie:=x"
            })
    void refusesOtherForms(String setting) {
        assertNull(BuiltInConsent.parse(setting));
    }

    @Test
    void reasonNamesThePlatform() {
        assertEquals(
                "CookieYes advertisement: the banner is open",
                decide("opt-out", "cookieyes-consent=consent:no,action:,advertisement:no")
                        .reason());
        assertEquals(
                "Didomi advertising: the cookie is not readable",
                decide("didomi", "didomi_token=1").reason());
        assertEquals("IAB TCF purposes 1,3", decide("tcf:1,3", tcString()).reason());
        assertEquals("no answer of IAB TCF purposes 1,3,4,7", decide("tcf", "").reason());
    }

    /** A sale may be reported after an opt-out, so the reason must show what else speaks against it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usprivacy=1YYN|usprivacy",
                "usprivacy=1YYN; _epik_consent=granted|usprivacy",
                "usprivacy=1YYN; _epik_consent=denied|cookie _epik_consent",
                "usprivacy=1YYN; CookieConsent={marketing:false}|Cookiebot marketing",
                "usprivacy=1YYN; cookieyes-consent=consent:no,action:,advertisement:no"
                        + "|usprivacy, CookieYes advertisement: the banner is open",
            })
    void theReasonOfAnOptOutNamesAnOpenBannerToo(String cookies, String reason) {
        assertEquals("denied", answer("opt-out", cookies));
        assertEquals(reason, decide("opt-out", cookies).reason());
    }

    private static String tcString() {
        return "euconsent-v2=CQX48QAQX48QAAGABBENB3FgAAAAAAAAAAYgAAAAAAAA";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OptanonConsent=%zz|onetrust:GROUP",
                "OptanonConsent=groups=a%3A1%2Cb%3A1%2Cc%3A0|onetrust:GROUP",
                "CookieConsent=true|cookie:CookieConsent~",
                "cookieyes-consent=x|cookie:cookieyes-consent~",
                "notice_preferences=x|cookie:notice_preferences~",
                "CookieScriptConsent=x|cookie:CookieScriptConsent~",
                "_iub_cs-1=x|cookie:NAME~",
                "didomi_token=x|required, and load epik.consent.js",
                "euconsent-v2=x|required, and load epik.consent.js",
                "usprivacy=x|cookie:usprivacy~",
                "cmplz_marketing=x|cookie:cmplz_marketing=",
                "osano_consentmanager=x|required, and load epik.consent.js",
            })
    void cookieThatIsNotReadableIsUnknownWithOneWarningThatNamesTheSetting(String cookie, String setting) {
        BuiltInConsent optOut = BuiltInConsent.of("opt-out");
        try (LogCapture log = LogCapture.of(BuiltInConsent.class)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        ConsentDecider.State.UNKNOWN,
                        optOut.decide(request(cookie)).state());
            }
            List<String> warnings = log.lines();
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(warnings.get(0).startsWith("WARNING "), warnings::toString);
            assertTrue(warnings.get(0).contains("consent=" + setting), warnings::toString);
            String value = cookie.substring(cookie.indexOf('=') + 1);
            assertTrue(value.length() < 2 || !warnings.get(0).contains(value), "no value of a cookie is logged");
        }
    }

    @Test
    void applicationAnswersWhileABannerIsOpen() {
        String open = "cookieyes-consent=consent:no,action:,advertisement:no";
        assertEquals("granted", answer("opt-out", open, "granted"));
        assertEquals("denied", answer("opt-out", open, "denied"));
        assertEquals("denied", answer("opt-out", "CookieConsent=0", "granted"));
    }

    @Test
    void everyPlatformReadsNothingFromOtherCookies() {
        for (ConsentPlatform each : ConsentPlatforms.known()) {
            assertNull(each.answer(""), each::name);
            assertNull(each.answer("_ga=1; cart=OptanonConsent; x_usprivacy=1YYY; _iub_cs-1-granular=x"), each::name);
            assertNotNull(each.cure());
            assertTrue(each.cure().toLowerCase(Locale.ROOT).startsWith("consent="), each::cure);
        }
    }

    private static String answer(String setting, String cookies) {
        return decide(setting, cookies).state().name().toLowerCase(Locale.ROOT);
    }

    private static String answer(String setting, String cookies, String ofApplication) {
        HttpServletRequest request = request(cookies, Map.of(EpikFilter.REQUEST_CONSENT, ofApplication));
        return BuiltInConsent.of(setting).decide(request).state().name().toLowerCase(Locale.ROOT);
    }

    private static ConsentDecider.Decision decide(String setting, String cookies) {
        return BuiltInConsent.of(setting).decide(request(cookies));
    }

    private static HttpServletRequest request(String cookies) {
        return request(cookies, Map.of());
    }

    private static HttpServletRequest request(String cookies, Map<String, String> attributes) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                BuiltInConsentTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getHeaders" -> Collections.enumeration(List.of(cookies));
                    case "getAttribute" -> attributes.get((String) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
