// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the minified script keeps and erases, by the visitor's answers; a subclass provides the browser. */
abstract class ConsentContract extends BrowserContract {
    static Stream<Vectors.Row> referrer() {
        return Vectors.rows("referrer");
    }

    static Stream<Vectors.Row> consent() {
        return Vectors.rows("consent.json", "consent");
    }

    @Test
    void beforeTheYesNothingIsKeptAndAfterItWhatLanded() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        assertEquals("", script("document.cookie"));
        assertEquals("undefined", script("epik.clickId()"));
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
        assertEquals("abc", script("epik.clickId()"));
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", heard());
    }

    @Test
    void aYesOnALaterPageTakesTheClickFromThisSitesReferrer() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        follow("/gated");
        assertEquals("", script("document.cookie"));
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void aYesOnAnEarlierPageHolds() throws Exception {
        visit("www.shop.example", "/gated", "");
        script("epik.grant()");
        visit("shop.example", "/gated", "epik=abc");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void anotherSitesReferrerIsNoClick() throws Exception {
        visit("evil.example", "/bare", "epik=abc");
        follow("//" + authority("www.shop.example") + "/page");
        assertEquals(List.of(), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("referrer")
    void thePageJustLeftAndTheCookieMeetAsTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", "/bare", row.text("referrer"));
        plant("_epik=" + row.text("cookie"), "/;domain=shop.example");
        follow("/page?" + row.text("query"));
        assertEquals(List.of(row.text("after")), values(), row::toString);
    }

    @Test
    void theReferrerIsReadOnce() throws Exception {
        visit("www.shop.example", "/bare", "epik=newer");
        follow("/page");
        assertEquals(List.of("newer"), values());
        plant("_epik=newest", "/;domain=shop.example"); // from another tab
        script("history.pushState(1, '', '/page?2')");
        assertEquals(List.of("newest"), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("consent")
    void obeysTheCookiesAsTheTableSays(Vectors.Row row) throws Exception {
        String page = row.text("setting").equals("required") ? "/required" : "/page";
        String expected = row.text("expected");
        visit("www.shop.example", "/bare", "");
        if (!expected.equals("granted")) {
            plant("_epik=older", "/;domain=shop.example");
        }
        List<String> pairs = Stream.of(row.text("cookie").split(";"))
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .toList();
        for (int i = 0; i < pairs.size(); i++) {
            String name = pairs.get(i).replaceFirst("=.*", "=");
            boolean again = pairs.subList(i + 1, pairs.size()).stream().anyMatch(pair -> pair.startsWith(name));
            plant(pairs.get(i), again ? page : "/");
        }
        visit("www.shop.example", page, "epik=newer");
        assertEquals(expected.equals("granted") ? "newer" : "undefined", script("epik.clickId()"), row::toString);
        if (!expected.equals("granted")) {
            assertEquals(expected.equals("denied") ? List.of() : List.of("older"), values(), row::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gpc", "/told"})
    void aNoOnASubDomainErasesTheCookieOfEveryParentDomain(String page) throws Exception {
        visit("www.shop.example", "/page", "epik=abc");
        visit("a.pay.shop.example", "/bare", "");
        assertEquals("_epik=abc", script("document.cookie"));
        plant("_epik=def", "/;domain=pay.shop.example");
        visit("a.pay.shop.example", page, "");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        visit("www.shop.example", "/bare", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void aNoErasesWhatPinterestsTagDerivedFromTheClickId() throws Exception {
        visit("a.store.shop.example", "/bare", "");
        plant("_derived_epik=a", "/;domain=shop.example");
        plant("_derived_epik=b", "/");
        plant("_pin_unauth=c", "/;domain=store.shop.example");
        plant("x_pin_unauth=d", "/");
        visit("a.store.shop.example", "/gpc", "");
        assertEquals("x_pin_unauth=d", script("document.cookie"));
    }

    @Test
    void theLastAnswerWinsWhateverHostItWasGivenOn() throws Exception {
        visit("www.shop.example", "/gated", "");
        plant("_epik_consent=granted", "/"); // as cookie-domain=host left it
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("a.store.shop.example", "/gated", "epik=abc");
        plant("_epik_consent=denied", "/;domain=store.shop.example");
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
        visit("www.shop.example", "/gated", "epik=def");
        assertEquals("_epik=def; _epik_consent=granted", jar(), "written for the widest domain that had an answer");
        script("epik.revoke()");
        visit("a.store.shop.example", "/gated", "");
        assertEquals("_epik_consent=denied", jar());
    }

    @Test
    void aFirstAnswerIsNotForWiderDomains() throws Exception {
        visit("store.shop.example", "/gated", "");
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("www.shop.example", "/gated", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void aSecondYesKeepsTheClickThatANoErased() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        script("epik.grant()");
        script("history.pushState(1, '', '/page')");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void aNoWithNothingToEraseWritesNothing() throws Exception {
        visit("www.shop.example", "/bare", "");
        plant("_epik_consent=denied", "/");
        visit("www.shop.example", "/spied", "epik=abc");
        script("history.pushState(1, '', '/page?2')");
        assertEquals("", script("written.join()"));
    }

    @Test
    void aNoErasesAndHoldsAndIsTold() throws Exception {
        visit("www.shop.example", "/told", "epik=abc");
        assertEquals("text/plain;charset=utf-8 epik=abc", heard());
        plant("_epik=twin", "/"); // for the host alone, as another setting may have left it
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", jar());
        assertEquals("undefined", script("epik.clickId()"));
        assertEquals("text/plain;charset=utf-8 consent=denied", heard());
        visit("www.shop.example", "/told", "epik=def");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals("_epik=def; _epik_consent=granted", jar());
    }

    @ParameterizedTest
    @CsvSource({"/gpc, ''", "/gpc-ignored, abc"})
    void globalPrivacyControlIsANoUnlessItIsSwitchedOff(String page, String clickId) throws Exception {
        visit("www.shop.example", page, "epik=abc");
        script("epik.grant()");
        assertEquals(clickId, String.join("", values()));
    }
}
