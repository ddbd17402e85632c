// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.testing.Await;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both scripts on pages with a banner, {@code banners.js}. A subclass provides the browser. Banners without a cookie
 * before the answer need {@code data-consent="required"}.
 */
abstract class BannerContract extends ScriptConsentContract {
    private void open(String page, String banner, String query) throws Exception {
        visit("www.shop.example", "/bare", "");
        script("localStorage.clear()");
        visit("www.shop.example", page, "banner=" + banner + query);
    }

    @ParameterizedTest
    @CsvSource({
        "onetrust, /banner",
        "cookieyes, /banner",
        "trustarc, /banner",
        "cookiescript, /banner",
        "iubenda, /banner",
        "didomi, /banner",
        "didomitcf, /banner",
        "onetrust, /banner-alone",
        "cookieyes, /banner-alone",
        "cookiebot, /banner-required",
        "tcfcookie, /banner-required",
        "complianz, /banner-required",
        "tcf, /banner-required",
        "didomiapi, /banner-required",
        "usercentrics, /banner-required",
        "osano, /banner-required",
        "google, /banner-required"
    })
    void openBannerWritesNothingAndErasesNothing(String banner, String page) throws Exception {
        visit("www.shop.example", "/bare", "");
        writeCookie("_epik=older", "/;domain=shop.example");
        open(page, banner, "&epik=abc");
        script("document.body.click()");
        follow(page + "?banner=" + banner);
        assertEquals(List.of("older"), values());
        assertEquals("undefined", script("epik.clickId()"));
        assertEquals("false", script("document.cookie.includes('_epik_consent')"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onetrust",
                "cookieyes",
                "trustarc",
                "cookiescript",
                "iubenda",
                "didomi",
                "didomitcf",
                "cookiebot",
                "tcfcookie",
                "complianz",
                "tcf",
                "didomiapi",
                "usercentrics",
                "osano",
                "google"
            })
    void yesOnALaterPageCapturesTheClickAndAWithdrawalErasesIt(String banner) throws Exception {
        open("/banner-required", banner, "&epik=abc");
        follow("/banner-required?banner=" + banner);
        assertEquals(List.of(), values());
        script("answer(true)");
        Await.until(() -> values().equals(List.of("abc")));
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
        script("answer(false)");
        Await.until(() -> values().isEmpty());
        assertEquals("text/plain;charset=utf-8 consent=denied&epik=abc", nextBeacon());
        script("answer(true)"); // the visitor changes his mind again
        Await.until(() -> script("epik.clickId()").equals("abc"));
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
    }

    @ParameterizedTest
    @ValueSource(strings = {"onetrust", "cookieyes", "trustarc", "cookiescript", "iubenda", "didomi", "didomitcf"})
    void yesOnALaterPageCapturesTheClickWithoutRequiredToo(String banner) throws Exception {
        open("/banner", banner, "&epik=abc");
        follow("/banner?banner=" + banner);
        assertEquals(List.of(), values());
        script("answer(true)");
        Await.until(() -> values().equals(List.of("abc")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"onetrust", "cookieyes"})
    void yesOnTheLandingPageCapturesTheClick(String banner) throws Exception {
        open("/banner", banner, "&epik=abc");
        script("answer(true)");
        Await.until(() -> values().equals(List.of("abc")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"onetrust", "cookieyes"})
    void anOldAnswerDoesNotOverruleTheSitesOwnButton(String banner) throws Exception {
        open("/banner-required", banner, "&epik=abc");
        script("answer(true)");
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
        follow("/banner-required?banner=" + banner);
        script("epik.revoke()"); // the site's own button, after the banner
        assertEquals("text/plain;charset=utf-8 consent=denied&epik=abc", nextBeacon());
        follow("/banner-required?banner=" + banner);
        assertEquals("undefined", script("epik.clickId()"));
        assertEquals("_epik_consent=denied", script("document.cookie.match(/_epik_consent=\\w+/)[0]"));
    }
}
