// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.testing.VectorRow;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.htmlunit.MockWebConnection;
import org.htmlunit.ProxyConfig;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.http.Cookie;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The minified script in HtmlUnit, which runs on every machine. Jetty is the proxy, so every host name reaches it. If
 * Chromium is required, {@link ChromiumTest} runs the same contract in a real browser.
 */
@DisabledIfSystemProperty(named = "epik.browser", matches = "required")
class HtmlUnitTest extends ScriptContract {
    private WebClient browser;

    @BeforeEach
    void open() {
        browser = new WebClient();
        browser.getOptions().setProxyConfig(new ProxyConfig("127.0.0.1", site.port(), "http"));
    }

    @AfterEach
    void close() {
        browser.close();
    }

    @Override
    @SuppressWarnings("deprecation") // "shop_1.example" is valid in a browser's URL, but not in java.net.URI
    void visit(String host, String page, String query) throws Exception {
        browser.getPage(new URL("http://" + host + page + "?" + query));
    }

    @Override
    void follow(String url) throws Exception {
        script("location.href = '" + url + "'");
        browser.waitForBackgroundJavaScript(10_000);
    }

    @Override
    String authority(String host) {
        return host;
    }

    @Override
    List<String> values() {
        return kept().map(Cookie::getValue).toList();
    }

    private Stream<Cookie> kept() {
        return browser.getCookieManager().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"));
    }

    @Override
    String script(String expression) {
        HtmlPage page = (HtmlPage) browser.getCurrentWindow().getEnclosedPage();
        return String.valueOf(
                page.executeJavaScript("String(" + expression + ")").getJavaScriptResult());
    }

    /**
     * Returns the hosts that HtmlUnit handles as browsers do. It rejects URLs with a space, a semicolon, and an empty
     * or too long label, and keeps capital letters, which browsers convert. Only Chromium is tested with those rows.
     */
    @Override
    Stream<VectorRow> hosts() {
        return VectorRow.ofBrowser("capture.json", "domain").filter(row -> {
            String host = row.text("host");
            return host.matches("[a-z0-9._:\\[\\]-]+") && !host.matches(".*(\\.\\.|[^.]{64}).*");
        });
    }

    @ParameterizedTest
    @CsvSource({"https, true", "http, false"})
    void setsSecureOnlyOnHttps(String scheme, boolean secure) throws Exception {
        try (MockWebConnection wire = new MockWebConnection()) {
            URL page = URI.create(scheme + "://www.shop.example/?epik=abc").toURL();
            URL script = URI.create(scheme + "://www.shop.example/epik.min.js").toURL();
            wire.setResponse(page, "<!doctype html><script src=\"/epik.min.js\"></script>");
            wire.setResponse(script, new String(SizeTest.script(), StandardCharsets.UTF_8), "text/javascript");
            browser.setWebConnection(wire);
            browser.getPage(page);
            assertEquals(List.of(secure), kept().map(Cookie::isSecure).toList());
        }
    }
}
