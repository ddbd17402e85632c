// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.browser.Chromium;
import dev.epik.browser.RequiresChromium;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The minified script in a real browser, row by row. */
@RequiresChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChromiumTest {
    private StaticSite site;
    private ChromeDriver browser;

    @BeforeAll
    void open() throws Exception {
        site = new StaticSite();
        browser = Chromium.open();
    }

    @AfterAll
    void close() {
        browser.quit();
        site.close();
    }

    @BeforeEach
    void forgetEverything() {
        browser.executeCdpCommand("Network.clearBrowserCookies", java.util.Map.of());
    }

    static Stream<Vectors.Row> query() {
        return Vectors.rows("query");
    }

    static Stream<Vectors.Row> precedence() {
        return Vectors.rows("precedence");
    }

    private void visit(String host, String query) {
        browser.get("http://" + host + ":" + site.port() + "/page?" + query);
    }

    private List<Cookie> cookies() {
        return browser.manage().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"))
                .toList();
    }

    private List<String> values() {
        return cookies().stream().map(Cookie::getValue).toList();
    }

    @ParameterizedTest
    @MethodSource("query")
    void capturesWhatTheTableSays(Vectors.Row row) {
        visit("www.shop.example", row.text("query"));
        String clickId = row.orNull("clickId");
        assertEquals(clickId == null ? List.of() : List.of(clickId), values());
    }

    @ParameterizedTest
    @MethodSource("precedence")
    void theUrlAndTheCookieMeetAsTheTableSays(Vectors.Row row) {
        visit("www.shop.example", "");
        browser.executeScript(
                "document.cookie = '_epik=' + arguments[0] + ';path=/;domain=shop.example;max-age=60'",
                row.text("cookie"));
        visit("www.shop.example", row.text("query"));
        assertEquals(List.of(row.text("after")), values());
    }

    @ParameterizedTest
    @CsvSource({
        "www.shop.example, .shop.example",
        "shop.example, .shop.example",
        "store.shop.example, .store.shop.example",
        "localhost, localhost",
        "127.0.0.1, 127.0.0.1",
    })
    void theDomainIsTheTagsOrTheHostAlone(String host, String domain) {
        visit(host, "epik=abc");
        assertEquals(List.of(domain), cookies().stream().map(Cookie::getDomain).toList());
    }

    @Test
    void theCookieLivesAYearAndIsReadableByPinterestsTag() {
        visit("shop.example", "epik=abc");
        Cookie cookie = cookies().get(0);
        Duration left = Duration.between(Instant.now(), expiry(cookie));
        assertTrue(left.toDays() == 364 || left.toDays() == 365, "lives " + left);
        assertFalse(cookie.isHttpOnly());
        assertFalse(cookie.isSecure(), "on http");
        assertEquals("Lax", cookie.getSameSite());
        assertEquals("/", cookie.getPath());
        assertEquals("_epik=abc", browser.executeScript("return document.cookie"));
    }

    private static Instant expiry(Cookie cookie) {
        Date expiry = cookie.getExpiry();
        return expiry == null ? Instant.EPOCH : expiry.toInstant();
    }

    @Test
    void aCookieWrittenAsPinterestsTagWritesIsTheSameCookie() {
        visit("www.shop.example", "epik=ours");
        browser.executeScript("document.cookie = '_epik=tags;path=/;domain=.shop.example;max-age=60'");
        assertEquals(List.of("tags"), values());
        visit("www.shop.example", "epik=newer");
        assertEquals(List.of("newer"), values());
    }

    @Test
    void aStrictContentSecurityPolicyHasNothingToSay() {
        browser.manage().logs().get(LogType.BROWSER); // what came before
        visit("www.shop.example", "epik=abc");
        assertEquals(List.of("abc"), values());
        List<String> said = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("favicon"))
                .toList();
        assertEquals(List.of(), said);
    }
}
