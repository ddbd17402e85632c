// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.URL;
import java.util.stream.Stream;
import org.htmlunit.ProxyConfig;
import org.htmlunit.WebClient;
import org.htmlunit.http.Cookie;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The minified script in HtmlUnit, row by row. Jetty is its proxy, so that every host name reaches it. */
class HtmlUnitTest {
    private static @Nullable StaticSite site;

    private final WebClient browser = new WebClient();

    HtmlUnitTest() {
        browser.getOptions().setProxyConfig(new ProxyConfig("127.0.0.1", site == null ? 0 : site.port(), "http"));
    }

    @BeforeAll
    static void serve() throws Exception {
        site = new StaticSite();
    }

    @AfterAll
    static void stop() {
        if (site != null) {
            site.close();
        }
    }

    @AfterEach
    void close() {
        browser.close();
    }

    static Stream<Vectors.Row> query() {
        return Vectors.rows("query");
    }

    static Stream<Vectors.Row> precedence() {
        return Vectors.rows("precedence");
    }

    static Stream<Vectors.Row> hosts() {
        return Vectors.hosts();
    }

    private void visit(String host, String query) throws Exception {
        browser.getPage(new URL("http://" + host + "/page?" + query));
    }

    /** Null where there is none; an error where there are two. */
    private @Nullable Cookie cookie() {
        var all = browser.getCookieManager().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"))
                .toList();
        assertEquals(true, all.size() < 2, "twins: " + all);
        return all.isEmpty() ? null : all.get(0);
    }

    private @Nullable String value() {
        Cookie cookie = cookie();
        return cookie == null ? null : cookie.getValue();
    }

    @ParameterizedTest
    @MethodSource("query")
    void capturesWhatTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", row.text("query"));
        assertEquals(row.orNull("clickId"), value());
    }

    @ParameterizedTest
    @MethodSource("precedence")
    void theUrlAndTheCookieMeetAsTheTableSays(Vectors.Row row) throws Exception {
        browser.getCookieManager()
                .addCookie(new Cookie(".shop.example", "_epik", row.text("cookie"), "/", 60_000, false));
        visit("www.shop.example", row.text("query"));
        assertEquals(row.orNull("after"), value());
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void theCookieGetsTheDomainThatTheTableSays(Vectors.Row row) throws Exception {
        visit(row.text("host"), "epik=abc");
        String domain = row.orNull("domain");
        Cookie cookie = cookie();
        String hostOnly = new URL("http://" + row.text("host")).getHost();
        assertEquals(domain == null ? hostOnly : domain, cookie == null ? null : withoutDot(cookie.getDomain()));
    }

    private static String withoutDot(String domain) {
        return domain.startsWith(".") ? domain.substring(1) : domain;
    }

    @Test
    void withoutAClickNothingIsKept() throws Exception {
        visit("www.shop.example", "utm_source=pinterest");
        assertNull(cookie());
    }
}
