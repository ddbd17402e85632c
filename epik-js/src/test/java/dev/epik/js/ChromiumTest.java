// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.epik.testing.VectorRow;
import dev.epik.testing.browser.Chromium;
import dev.epik.testing.browser.RequiresChromium;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The minified script in a real browser. All tests share one browser. */
@RequiresChromium
class ChromiumTest extends ScriptContract {
    private ChromeDriver browser;

    @BeforeAll
    void open() {
        browser = Chromium.open();
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void deleteAllCookies() {
        browser.get("about:blank"); // a timer of the page before must not write cookies again
        browser.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        consoleMessages();
    }

    @Override
    void visit(String host, String page, String query) {
        String name = host.replaceFirst(":\\d+$", "");
        browser.get("http://" + name + ":" + site.port() + page + "?" + query);
    }

    @Override
    void follow(String url) {
        String before = script("performance.timeOrigin");
        script("location.href = '" + url + "'");
        new WebDriverWait(browser, Duration.ofSeconds(10))
                .until(there -> script("document.readyState + (performance.timeOrigin != " + before + ")")
                        .equals("completetrue"));
    }

    @Override
    String authority(String host) {
        return host + ":" + site.port();
    }

    @Override
    List<String> values() {
        return storedCookies().stream().map(Cookie::getValue).toList();
    }

    private List<Cookie> storedCookies() {
        return browser.manage().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"))
                .toList();
    }

    @Override
    String script(String expression) {
        return String.valueOf(browser.executeScript("return String(" + expression + ")"));
    }

    /** Returns all hosts but the empty one, because Chromium opens pages even under names that are invalid in DNS. */
    @Override
    Stream<VectorRow> hosts() {
        return VectorRow.ofBrowser("capture.json", "domain")
                .filter(row -> !row.text("host").isEmpty());
    }

    /** Returns the new console messages, except for the icon that the content security policy forbids. */
    private List<String> consoleMessages() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("favicon"))
                .toList();
    }

    /** Chromium reports the domain of a cookie with a leading dot, and that of a host-only cookie without. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void setsTheCookieForTheDomainOfTheTable(VectorRow row) {
        visit(row.text("host"), "/page", "epik=abc");
        String domain = row.orNull("domain");
        String host =
                script("location.hostname").replaceFirst(":.*", ""); // Selenium shortens [2001:db8::1] in this way
        assertEquals(
                List.of(domain == null ? host : "." + domain),
                storedCookies().stream().map(Cookie::getDomain).toList(),
                row::toString);
    }

    @Test
    void cookieIsReadableByPinterestsTagAndOutlivesTheBrowser() {
        visit("shop.example", "/page", "epik=abc");
        Cookie cookie = storedCookies().get(0);
        assertEquals("/", cookie.getPath());
        assertEquals("Lax", cookie.getSameSite());
        assertFalse(cookie.isHttpOnly());
        assertFalse(cookie.isSecure(), "on http");
        assertNotNull(cookie.getExpiry());
        assertEquals("_epik=abc", script("document.cookie"));
    }

    @Test
    void overwritesTheCookieOfPinterestsTag() {
        visit("www.shop.example", "/page", "epik=ours");
        script("document.cookie = '_epik=tags;path=/;domain=.shop.example;max-age=60'");
        assertEquals(List.of("tags"), values());
        visit("www.shop.example", "/page", "epik=newer");
        assertEquals(List.of("newer"), values());
    }

    /** HtmlUnit does not delete a property of local storage. */
    @Test
    void denialErasesTheLocalStorageOfPinterestsTag() {
        visit("www.shop.example", "/required", "epik=abc");
        script("localStorage._epik_ls = localStorage._other = 'abc'");
        script("epik.grant()");
        assertEquals("abc", script("localStorage._epik_ls"));
        script("epik.revoke()");
        assertEquals("undefined abc", script("localStorage._epik_ls + ' ' + localStorage._other"));
        script("localStorage._epik_ls = 'abc'");
        visit("www.shop.example", "/gpc", "");
        assertEquals("undefined", script("localStorage._epik_ls"));
    }

    @Test
    void obeysAStrictContentSecurityPolicy() {
        visit("www.shop.example", "/page", "epik=abc");
        assertEquals(List.of("abc"), values());
        assertEquals(List.of(), consoleMessages());
        script("document.head.appendChild(document.createElement('script')).textContent = '1'");
        assertEquals(1, consoleMessages().size(), "the policy was listening");
    }

    @Test
    void leavesAPageWithoutCookiesAlone() {
        visit("www.shop.example", "/sandboxed", "epik=abc");
        assertEquals(List.of(), consoleMessages());
        assertEquals(
                "SecurityError", script("(function () { try { document.cookie } catch (e) { return e.name } })()"));
    }

    @Test
    void sendsTheBeaconUnderAStrictContentSecurityPolicy() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        script("epik.grant()");
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
        assertEquals(List.of(), consoleMessages());
    }

    @Test
    void moduleWorksTheSameAndSetsNoGlobal() throws Exception {
        visit("www.shop.example", "/module", "epik=abc");
        assertEquals(List.of(), values());
        script("click.grant()");
        assertEquals(List.of("abc"), values());
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
        assertEquals("abc true undefined", script("[click.clickId(), same, window.epik + ''].join(' ')"));
    }

    @Test
    void moduleTagFindsItsSettings() throws Exception {
        visit("www.shop.example", "/module-tag", "epik=abc");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", nextBeacon());
    }

    @Test
    void moduleThrowsNothingWithoutAPage() throws Exception {
        visit("www.shop.example", "/worker", "");
        assertEquals("text/plain;charset=utf-8 click undefined", nextBeacon());
    }

    @Test
    void consentGivenOnAnotherPageHoldsAfterGoingBack() throws Exception {
        inABrowserOfItsOwn(() -> {
            visit("www.shop.example", "/required", "epik=abc");
            script("window.kept = 'in memory'");
            follow("/required?1");
            follow("/required?2");
            script("epik.grant()");
            assertEquals(List.of(), values(), "the landing page is two pages ago");
            browser.navigate().back();
            browser.navigate().back();
            assertEquals("in memory", script("window.kept"), "from the back/forward cache");
            assertEquals(List.of("abc"), values());
        });
    }

    private interface Steps {
        void run() throws Exception;
    }

    /** Runs the steps in a browser with an empty history. */
    private void inABrowserOfItsOwn(Steps steps) throws Exception {
        ChromeDriver shared = browser;
        browser = Chromium.open();
        try {
            steps.run();
        } finally {
            browser.quit();
            browser = shared;
        }
    }
}
