// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what the minified script stores and erases after the visitor's answers. A subclass provides the browser. */
abstract class ScriptConsentContract extends PageEventContract {
    static Stream<VectorRow> referrer() {
        return VectorRow.ofBrowser("capture.json", "referrer");
    }

    static Stream<VectorRow> consent() {
        return VectorRow.ofBrowser("consent.json", "consent");
    }

    @Test
    void storesTheClickIdOnlyAfterConsent() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        assertEquals("", script("document.cookie"));
        assertEquals("undefined", script("epik.clickId()"));
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", sortedCookies());
        assertEquals("abc", script("epik.clickId()"));
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
    }

    @Test
    void consentOnALaterPageUsesTheReferrer() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        follow("/gated");
        assertEquals("", script("document.cookie"));
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void consentOfAnEarlierPageHolds() throws Exception {
        visit("www.shop.example", "/gated", "");
        script("epik.grant()");
        visit("shop.example", "/gated", "epik=abc");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void ignoresReferrersOfOtherSites() throws Exception {
        visit("evil.example", "/bare", "epik=abc");
        follow("//" + authority("www.shop.example") + "/page");
        assertEquals(List.of(), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("referrer")
    void combinesReferrerAndCookieAsInTheTable(VectorRow row) throws Exception {
        visit("www.shop.example", "/bare", row.text("referrer"));
        writeCookie("_epik=" + row.text("cookie"), "/;domain=shop.example");
        follow("/page?" + row.text("query"));
        assertEquals(List.of(row.text("after")), values(), row::toString);
    }

    @Test
    void readsTheReferrerOnce() throws Exception {
        visit("www.shop.example", "/bare", "epik=newer");
        follow("/page");
        assertEquals(List.of("newer"), values());
        writeCookie("_epik=newest", "/;domain=shop.example"); // from another tab
        script("history.pushState(1, '', '/page?2')");
        assertEquals(List.of("newest"), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("consent")
    void readsConsentCookiesAsInTheTable(VectorRow row) throws Exception {
        String page = row.text("setting").equals("required") ? "/banner-required" : "/banner";
        String expected = row.text("expected");
        writeCookiesOf(row, page);
        visit("www.shop.example", page, "epik=newer");
        assertEquals(expected.equals("granted") ? "newer" : "undefined", script("epik.clickId()"), row::toString);
        if (!expected.equals("granted")) {
            assertEquals(expected.equals("denied") ? List.of() : List.of("older"), values(), row::toString);
        }
    }

    static Stream<VectorRow> denials() {
        return consent()
                .filter(row -> !row.text("expected").equals("granted")
                        && !row.text("cookie").contains("_epik_consent=granted"));
    }

    /** Without epik.consent.js the answer is not known. Silence is then no yes. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("denials")
    void scriptAloneNeverReadsADenialAsAYes(VectorRow row) throws Exception {
        String page = row.text("setting").equals("required") ? "/required" : "/page";
        writeCookiesOf(row, page);
        visit("www.shop.example", page, "epik=newer");
        assertEquals("undefined", script("epik.clickId()"), row::toString);
        assertFalse(values().contains("newer"), row::toString);
    }

    private void writeCookiesOf(VectorRow row, String page) throws Exception {
        visit("www.shop.example", "/bare", "");
        script("localStorage.clear()");
        if (!row.text("expected").equals("granted")) {
            writeCookie("_epik=older", "/;domain=shop.example");
        }
        List<String> pairs = Stream.of(row.text("cookie").split(";"))
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .toList();
        for (int i = 0; i < pairs.size(); i++) {
            String name = pairs.get(i).replaceFirst("=.*", "=");
            boolean again = pairs.subList(i + 1, pairs.size()).stream().anyMatch(pair -> pair.startsWith(name));
            writeCookie(pairs.get(i), again ? page : "/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gpc", "/with-beacon"})
    void denialOnASubdomainErasesTheCookieOfEveryParentDomain(String page) throws Exception {
        visit("www.shop.example", "/page", "epik=abc");
        visit("a.pay.shop.example", "/bare", "");
        assertEquals("_epik=abc", script("document.cookie"));
        writeCookie("_epik=def", "/;domain=pay.shop.example");
        visit("a.pay.shop.example", page, "");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        visit("www.shop.example", "/bare", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void denialErasesTheCookiesThatPinterestsTagDerived() throws Exception {
        visit("a.store.shop.example", "/bare", "");
        writeCookie("_derived_epik=a", "/;domain=shop.example");
        writeCookie("_derived_epik=b", "/");
        writeCookie("_pin_unauth=c", "/;domain=store.shop.example");
        writeCookie("x_pin_unauth=d", "/");
        visit("a.store.shop.example", "/gpc", "");
        assertEquals("x_pin_unauth=d", script("document.cookie"));
    }

    @Test
    void lastAnswerWinsOnAnyHost() throws Exception {
        visit("www.shop.example", "/gated", "");
        writeCookie("_epik_consent=granted", "/"); // as with cookie-domain=host
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("a.store.shop.example", "/gated", "epik=abc");
        writeCookie("_epik_consent=denied", "/;domain=store.shop.example");
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", sortedCookies());
        visit("www.shop.example", "/gated", "epik=def");
        assertEquals(
                "_epik=def; _epik_consent=granted",
                sortedCookies(),
                "written for the widest domain that had an answer");
        script("epik.revoke()");
        visit("a.store.shop.example", "/gated", "");
        assertEquals("_epik_consent=denied", sortedCookies());
    }

    @Test
    void firstAnswerIsNotForWiderDomains() throws Exception {
        visit("store.shop.example", "/gated", "");
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("www.shop.example", "/gated", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void secondConsentStoresTheClickIdThatADenialErased() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        script("epik.grant()");
        script("history.pushState(1, '', '/page')");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void denialWithNothingToEraseWritesNothing() throws Exception {
        visit("www.shop.example", "/bare", "");
        writeCookie("_epik_consent=denied", "/");
        visit("www.shop.example", "/spied", "epik=abc");
        script("history.pushState(1, '', '/page?2')");
        assertEquals("", script("written.join()"));
    }

    @Test
    void denialErasesAndHoldsAndIsSent() throws Exception {
        visit("www.shop.example", "/with-beacon", "epik=abc");
        assertEquals("text/plain;charset=utf-8 epik=abc", nextBeacon());
        writeCookie("_epik=duplicate", "/"); // only for the host, as another setting may have written it
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", sortedCookies());
        assertEquals("undefined", script("epik.clickId()"));
        // names the click id that was erased: one of the two
        assertTrue(nextBeacon().matches("text/plain;charset=utf-8 consent=denied&epik=(abc|duplicate)"));
        visit("www.shop.example", "/with-beacon", "epik=def");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals("_epik=def; _epik_consent=granted", sortedCookies());
    }

    @ParameterizedTest
    @CsvSource({"/gpc, ''", "/gpc-ignored, abc"})
    void globalPrivacyControlIsADenialUnlessIgnored(String page, String clickId) throws Exception {
        visit("www.shop.example", page, "epik=abc");
        script("epik.grant()");
        assertEquals(clickId, String.join("", values()));
    }
}
