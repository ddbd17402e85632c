// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the minified script in any browser. A subclass provides the browser. */
abstract class ScriptContract extends BannerContract {
    static Stream<VectorRow> query() {
        return VectorRow.ofBrowser("capture.json", "query");
    }

    static Stream<VectorRow> precedence() {
        return VectorRow.ofBrowser("capture.json", "precedence");
    }

    static Stream<VectorRow> cookies() {
        return VectorRow.ofBrowser("capture.json", "cookies");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("query")
    void capturesAsInTheTable(VectorRow row) throws Exception {
        visit("www.shop.example", "/page", row.text("query"));
        String clickId = row.orNull("clickId");
        assertEquals(clickId == null ? List.of() : List.of(clickId), values(), row::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("precedence")
    void combinesUrlAndCookieAsInTheTable(VectorRow row) throws Exception {
        visit("www.shop.example", "/bare", "");
        writeCookie("_epik=" + row.text("cookie"), "/;domain=shop.example");
        visit("www.shop.example", "/page", row.text("query"));
        assertEquals(List.of(row.text("after")), values(), row::toString);
    }

    /** The script does not write a value that the cookie already has, which shows that it has read the value. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cookies")
    void readsTheCookieAsInTheTable(VectorRow row) throws Exception {
        visit("www.shop.example", "/bare", "");
        String[] pairs = row.text("header").split("; ", -1);
        for (int i = 0; i < pairs.length; i++) {
            // RFC 6265 §5.4: the longer path comes first, so duplicates are in the order of the row.
            writeCookie(pairs[i], i == 0 && pairs.length > 1 ? "/spied" : "/");
        }
        String clickId = row.orNull("clickId");
        visit("www.shop.example", "/spied", "");
        assertEquals(row.text("header"), script("document.cookie"), "the cookies that the script sees");
        visit("www.shop.example", "/spied", "epik=" + (clickId == null ? "abc" : clickId));
        assertEquals(clickId == null ? "1" : "0", script("written.length"), row::toString);
        visit("www.shop.example", "/spied", "epik=another");
        assertEquals("1", script("written.length"), "another click id is written");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void requestsTheDomainOfTheTable(VectorRow row) throws Exception {
        visit(row.text("host"), "/spied", "epik=abc");
        assertTrue(values().contains("abc"), row::toString);
        String domain = row.orNull("domain");
        if (domain != null) { // otherwise the browser decides
            assertEquals(line("abc", domain), script("written.join()"), row::toString);
        }
    }

    @Test
    void ignoresTheFragment() throws Exception {
        visit("www.shop.example", "/page", "utm_source=pinterest#?epik=abc&epik=abc");
        assertEquals(List.of(), values());
    }

    @Test
    void setsOneGlobalName() throws Exception {
        String names =
                "Object.getOwnPropertyNames(window).filter(function (name) { return name !== 'epik' }).sort().join()";
        visit("www.shop.example", "/bare", "epik=abc");
        String without = script(names);
        visit("www.shop.example", "/page", "epik=abc");
        assertEquals(without, script(names));
        assertEquals("clickId,eventId,grant,revoke", script("Object.keys(epik).sort().join()"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pushState", "replaceState"})
    void capturesTheClickIdOfARoute(String method) throws Exception {
        visit("www.shop.example", "/page", "");
        script("history." + method + "(1, '', '/page?epik=abc')");
        assertEquals(List.of("abc"), values());
        assertEquals("1", script("history.state"), "the page's own call is executed");
    }

    @Test
    void clickIdThatWaitsForConsentOutlivesRoutes() throws Exception {
        visit("www.shop.example", "/required", "epik=abc");
        script("history.pushState(1, '', '/page')");
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void ignoresARouteThatKeepsItsUrl() throws Exception {
        visit("www.shop.example", "/page", "epik=older");
        writeCookie("_epik=newer", "/;domain=shop.example"); // from another tab
        script("history.pushState(1, '', '/page?epik=older&tab=2')");
        assertEquals(List.of("newer"), values());
    }

    @Test
    void sendsOnlyNewsToTheBeacon() throws Exception {
        visit("www.shop.example", "/with-beacon", "epik=abc");
        visit("www.shop.example", "/with-beacon", "epik=abc");
        visit("www.shop.example", "/with-beacon", "");
        visit("www.shop.example", "/with-beacon", "epik=def");
        assertEquals("text/plain;charset=utf-8 epik=abc", nextBeacon());
        assertEquals("text/plain;charset=utf-8 epik=def", nextBeacon());
    }

    @Test
    void sendsNothingWithoutABeacon() throws Exception {
        visit("www.shop.example", "/required", "epik=abc");
        script("epik.grant()");
        visit("www.shop.example", "/with-beacon", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", nextBeacon());
    }

    @ParameterizedTest
    @CsvSource({"/beacon-elsewhere, false", "/beacon-on-another-host, false", "/beacon-with-another-base, true"})
    void sendsNothingToAnotherOrigin(String page, boolean isSent) throws Exception {
        visit("www.shop.example", page, "epik=abc");
        assertEquals(List.of("abc"), values());
        if (isSent) {
            assertEquals("text/plain;charset=utf-8 epik=abc", nextBeacon());
        }
        visit("www.shop.example", "/with-beacon", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", nextBeacon());
    }

    @Test
    void ignoresElementsThatLookLikeTheScriptsTag() throws Exception {
        visit("www.shop.example", "/clobbered-settings", "epik=abc");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
        visit("www.shop.example", "/with-beacon", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", nextBeacon());
    }

    @Test
    void sendsNothingIfAnElementHidesTheCookies() throws Exception {
        visit("www.shop.example", "/bare", "");
        writeCookie("_epik_consent=denied", "/");
        visit("www.shop.example", "/clobbered-cookie", "epik=abc");
        visit("shop.example", "/with-beacon", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", nextBeacon());
    }

    @Test
    void requiresConsentInABundle() throws Exception {
        visit("www.shop.example", "/bundle", "epik=abc");
        assertEquals("", script("document.cookie"));
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", sortedCookies());
        assertEquals("1", script("end"));
    }

    @Test
    void secondLoadChangesNothing() throws Exception {
        visit("www.shop.example", "/twice", "epik=abc");
        assertEquals("text/plain;charset=utf-8 epik=abc", nextBeacon());
        assertEquals("true", script("first[0] === epik && typeof epik.grant === 'function'"));
        assertEquals("true", script("first[1] === history.pushState && first[2] === history.replaceState"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.github.io", "www.co.uk"})
    void setsHostOnlyCookiesUnderAPublicSuffix(String host) throws Exception {
        visit(host, "/gated", "epik=abc");
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", sortedCookies());
    }

    @Test
    void obeysTheSettingsForDomainAndLifetime() throws Exception {
        visit("www.shop.example", "/domain-host", "epik=abc");
        visit("shop.example", "/bare", "");
        assertEquals("", script("document.cookie"));
        visit("pay.example.shop", "/domain-set", "epik=abc");
        assertEquals("_epik=abc;path=/;max-age=2592000;SameSite=Lax;domain=example.shop", script("written.join()"));
        visit("pay.myexample.shop", "/domain-set", "epik=abc");
        assertEquals("_epik=abc", script("document.cookie"), "the domain does not cover this host");
        visit("a.pay.myexample.shop", "/bare", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void eventIdsAreUnique() throws Exception {
        visit("www.shop.example", "/page", "");
        String one = script("epik.eventId()");
        assertTrue(one.matches("\\d{13}-0\\.\\d+(e-\\d+)?"), one);
        assertNotEquals(one, script("epik.eventId()"));
    }

    @ParameterizedTest
    @CsvSource({
        "epik=abc_123, abc_123",
        "utm_source=pinterest&epik=abc&x=1, abc",
        "epik=first&epik=second, first",
        "x=1?epik=abc, ''",
        "epik=a%20b, ''",
        "epik=, ''",
        "myepik=abc, ''",
    })
    void inlineScriptCapturesToo(String query, String clickId) throws Exception {
        visit("www.shop.example", "/inline", query);
        assertEquals(clickId, String.join("", values()));
    }
}
