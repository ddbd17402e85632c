// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what the minified {@code epik.events.js} sends. A subclass provides the browser. */
abstract class PageEventContract extends BrowserContract {
    private static final String SHOP = "www.shop.example";
    private static final String TEXT = "text/plain;charset=utf-8 ";
    private static final String ID = "\\d{13}-0\\.\\d+(e-\\d+)?";

    /** Checks that no beacon was sent, by a beacon that the test sends. */
    private void assertNothingIsSent() throws Exception {
        script("navigator.sendBeacon('/_epik', 'end')");
        assertEquals(TEXT + "end", nextBeacon());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/events-alone"})
    void sendsAPageEventAndReturnsItsId(String page) throws Exception {
        visit(SHOP, page, "");
        String id = script("epikEvent('page_visit')");
        assertTrue(id.matches(ID), id);
        assertEquals(TEXT + "event=page_visit&id=" + id, nextBeacon());
        String other = script("epikEvent('page_visit')");
        assertNotEquals(id, other);
        assertEquals(TEXT + "event=page_visit&id=" + other, nextBeacon());
        assertEquals("", script("document.cookie"));
        assertEquals("0", script("localStorage.length"));
    }

    @Test
    void sendsTheDataOfThePage() throws Exception {
        visit(SHOP, "/events", "");
        String id = script("epikEvent('add_to_cart', {value: 0, currency: 'EUR', item: ['a&b', '\u00e4'],"
                + " category: undefined, search: null})");
        assertEquals(
                TEXT + "event=add_to_cart&id=" + id + "&value=0&currency=EUR&item=a%26b&item=%C3%A4", nextBeacon());
    }

    @Test
    void waitsForConsentIfItIsRequired() throws Exception {
        visit(SHOP, "/events-required", "");
        assertTrue(script("epikEvent('page_visit')").matches(ID));
        assertNothingIsSent();
        script("epik.grant()");
        assertEquals(TEXT + "consent=granted", nextBeacon());
        assertEquals(TEXT + "event=page_visit&id=" + script("epikEvent('page_visit')"), nextBeacon());
    }

    @ParameterizedTest
    @CsvSource({
        "_epik_consent=denied",
        "usprivacy=1YYN",
        "OptanonConsent=groups",
        "CookieConsent=1",
        "euconsent-v2=C",
    })
    void obeysTheCookieThatTheCaptureObeys(String cookie) throws Exception {
        visit(SHOP, "/bare", "");
        writeCookie(cookie, "/");
        visit(SHOP, "/events", "");
        assertTrue(script("epikEvent('page_visit')").matches(ID));
        assertNothingIsSent();
    }

    @Test
    void obeysGlobalPrivacyControl() throws Exception {
        visit(SHOP, "/events-gpc", "");
        script("epikEvent('page_visit')");
        assertNothingIsSent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cookie", "querySelector"})
    void elementsThatHideTheDocumentSendNothingAndHarmNothing(String name) throws Exception {
        visit(SHOP, "/events-clobbered-" + name, "");
        assertTrue(script("epikEvent('page_visit')").matches(ID));
        assertNothingIsSent();
    }

    @Test
    void anElementDoesNotHideTheFunction() throws Exception {
        visit(SHOP, "/events-hidden", "");
        assertEquals(TEXT + "event=search&id=" + script("epikEvent('search')"), nextBeacon());
    }

    @Test
    void sendsNothingWithoutABeaconOfThisHost() throws Exception {
        visit(SHOP, "/events-no-beacon", "");
        assertTrue(script("epikEvent('page_visit')").matches(ID));
        assertNothingIsSent();
    }

    @Test
    void reportsTheVisitByItselfWithTheIdOfPinterestsTag() throws Exception {
        visit(SHOP, "/events-visit", "");
        String tag = script("tagged.join()");
        assertTrue(tag.matches("track,pagevisit," + ID), tag);
        assertEquals(TEXT + "event=page_visit&id=" + tag.replaceFirst(".*,", ""), nextBeacon());
        assertNothingIsSent();
    }

    @Test
    void withoutConsentNeitherTheVisitNorTheTagIsReported() throws Exception {
        visit(SHOP, "/bare", "");
        writeCookie("_epik_consent=denied", "/");
        visit(SHOP, "/events-visit", "");
        assertEquals("", script("tagged.join()"));
        assertNothingIsSent();
    }

    @Test
    void reportsTheVisitWithoutATag() throws Exception {
        visit(SHOP, "/events-visit-alone", "");
        assertTrue(nextBeacon().matches(TEXT + "event=page_visit&id=" + ID));
    }
}
