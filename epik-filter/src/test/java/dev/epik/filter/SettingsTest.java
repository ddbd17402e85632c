// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings read(Map<String, String> initParams) {
        return Settings.read(initParams, name -> null, name -> null);
    }

    @Test
    void hasTheDocumentedDefaults() {
        assertEquals(
                "beacon=/_epik, consent=opt-out, cookie-domain=auto, gpc=obey, lifetime-days=365, max-length=512, refresh=never, secure=auto",
                read(Map.of()).toString());
    }

    @Test
    void namesAnUnknownInitParamAndTheKnownOnes() {
        var exception =
                assertThrows(IllegalArgumentException.class, () -> read(Map.of("cookieDomain", "shop.example")));
        assertTrue(exception.toString().contains("[cookieDomain]"), exception::toString);
        assertTrue(
                exception
                        .toString()
                        .contains("[beacon, consent, cookie-domain, gpc, lifetime-days, max-length, refresh, secure]"),
                exception::toString);
    }

    @Test
    void prefersInitParamsThenPropertiesThenTheEnvironment() {
        var initParams = Map.of("lifetime-days", "1");
        var properties = Map.of("epik.lifetime-days", "2", "epik.cookie-domain", "host");
        var environment = Map.of(
                "EPIK_BEACON",
                "off",
                "EPIK_LIFETIME_DAYS",
                "3",
                "EPIK_COOKIE_DOMAIN",
                "shop.example",
                "EPIK_GPC",
                "ignore");
        Settings settings = Settings.read(initParams, properties::get, environment::get);
        assertEquals(
                "beacon=off, consent=opt-out, cookie-domain=host, gpc=ignore, lifetime-days=1, max-length=512, refresh=never, secure=auto",
                settings.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "beacon, _epik",
        "beacon, /",
        "beacon, /click?x",
        "beacon, /click/",
        "lifetime-days, 401",
        "lifetime-days, 0",
        "lifetime-days, a year",
        "max-length, 2049",
        "max-length, -1",
        "secure, yes",
        "refresh, always",
        "gpc, no",
        "cookie-domain, .shop.example",
        "cookie-domain, Shop.example",
        "cookie-domain, shop.example;x",
        "cookie-domain, 192.0.2.7",
        "consent, maybe",
        "consent, auto",
        "consent, tcf:x",
        "consent, cookie:x~",
        "consent, onetrust:",
        "consent, cookie:=x",
    })
    void refusesAnInvalidValueWithItsNameAndTheCure(String name, String value) {
        var exception = assertThrows(IllegalArgumentException.class, () -> read(Map.of(name, value)));
        assertTrue(exception.toString().contains("setting " + name), exception::toString);
        assertTrue(exception.toString().contains('"' + value + '"'), exception::toString);
        assertTrue(exception.toString().contains("; use "), exception::toString);
    }

    @Test
    void warnsOfACookieDomainThatBrowsersRefuse() {
        String warning = read(Map.of("cookie-domain", "co.uk")).warning().orElse("");
        assertTrue(warning.contains("cookie-domain") && warning.contains("\"co.uk\""), warning);
        assertEquals(
                Optional.empty(), read(Map.of("cookie-domain", "shop.co.uk")).warning());
        assertEquals(Optional.empty(), read(Map.of()).warning());
    }

    /** In some regions silence is no consent, so the setting must be chosen. */
    @Test
    void warnsUntilConsentIsChosen() {
        String warning = read(Map.of()).consentWarning().orElse("");
        assertTrue(warning.contains("setting consent") && warning.contains("opt-out"), warning);
        assertTrue(warning.contains("the EU and the UK set required"), warning);
        for (String chosen : List.of("opt-out", "required", "not-required", "cookieyes")) {
            assertEquals(Optional.empty(), read(Map.of("consent", chosen)).consentWarning(), chosen);
        }
        assertEquals(
                Optional.empty(),
                Settings.read(Map.of(), name -> null, Map.of("EPIK_CONSENT", "opt-out")::get)
                        .consentWarning());
    }
}
