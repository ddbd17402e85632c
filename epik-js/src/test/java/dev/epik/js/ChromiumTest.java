// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.epik.browser.Chromium;
import dev.epik.browser.RequiresChromium;
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

/** The minified script in a real browser, one for the whole class. */
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
    void forgetEverything() {
        browser.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        said();
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
        return kept().stream().map(Cookie::getValue).toList();
    }

    private List<Cookie> kept() {
        return browser.manage().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"))
                .toList();
    }

    @Override
    String script(String expression) {
        return String.valueOf(browser.executeScript("return String(" + expression + ")"));
    }

    /** All but the empty one: Chromium opens pages even under names that DNS does not know. */
    @Override
    Stream<Vectors.Row> hosts() {
        return Vectors.rows("domain").filter(row -> !row.text("host").isEmpty());
    }

    /** The browser's console since it was last asked, without the icon that the policy of our pages forbids. */
    private List<String> said() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("favicon"))
                .toList();
    }

    /** Chromium's own answer: it shows a cookie's domain with a leading dot, and a host-only cookie's without. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void theCookieGetsTheDomainThatTheTableSays(Vectors.Row row) {
        visit(row.text("host"), "/page", "epik=abc");
        String domain = row.orNull("domain");
        String host = script("location.hostname").replaceFirst(":.*", ""); // Selenium cuts [2001:db8::1] like this
        assertEquals(
                List.of(domain == null ? host : "." + domain),
                kept().stream().map(Cookie::getDomain).toList(),
                row::toString);
    }

    @Test
    void theCookieIsReadableByPinterestsTagAndOutlivesTheBrowser() {
        visit("shop.example", "/page", "epik=abc");
        Cookie cookie = kept().get(0);
        assertEquals("/", cookie.getPath());
        assertEquals("Lax", cookie.getSameSite());
        assertFalse(cookie.isHttpOnly());
        assertFalse(cookie.isSecure(), "on http");
        assertNotNull(cookie.getExpiry());
        assertEquals("_epik=abc", script("document.cookie"));
    }

    @Test
    void aCookieWrittenAsPinterestsTagWritesIsTheSameCookie() {
        visit("www.shop.example", "/page", "epik=ours");
        script("document.cookie = '_epik=tags;path=/;domain=.shop.example;max-age=60'");
        assertEquals(List.of("tags"), values());
        visit("www.shop.example", "/page", "epik=newer");
        assertEquals(List.of("newer"), values());
    }

    @Test
    void aStrictContentSecurityPolicyHasNothingToSay() {
        visit("www.shop.example", "/page", "epik=abc");
        assertEquals(List.of("abc"), values());
        assertEquals(List.of(), said());
        script("document.head.appendChild(document.createElement('script')).textContent = '1'");
        assertEquals(1, said().size(), "the policy was listening");
    }

    @Test
    void aPageThatMayHaveNoCookiesIsLeftAlone() {
        visit("www.shop.example", "/sandboxed", "epik=abc");
        assertEquals(List.of(), said());
        assertEquals(
                "SecurityError", script("(function () { try { document.cookie } catch (e) { return e.name } })()"));
    }

    @Test
    void aStrictContentSecurityPolicyLetsTheBeaconThrough() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        script("epik.grant()");
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", heard());
        assertEquals(List.of(), said());
    }

    @Test
    void asAModuleItIsTheSameAndNothingGlobal() throws Exception {
        visit("www.shop.example", "/module", "epik=abc");
        assertEquals(List.of(), values());
        script("click.grant()");
        assertEquals(List.of("abc"), values());
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", heard());
        assertEquals("abc true undefined", script("[click.clickId(), same, window.epik + ''].join(' ')"));
    }

    @Test
    void asTheTagOfAModuleItFindsItsSettings() throws Exception {
        visit("www.shop.example", "/module-tag", "epik=abc");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", heard());
    }

    @Test
    void theModuleThrowsNothingWhereThereIsNoPage() throws Exception {
        visit("www.shop.example", "/worker", "");
        assertEquals("text/plain;charset=utf-8 click undefined", heard());
    }

    @Test
    void aYesGivenElsewhereHoldsWhenTheVisitorGoesBackToTheLandingPage() throws Exception {
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

    /** With nothing in its history. */
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
