// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.htmlunit.MockWebConnection;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.Test;

/** Runs the HTML and JavaScript of {@code filter.md}, {@code consent.md} and {@code page-events.md} in HtmlUnit. */
class ScriptSnippetsTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("epik.root", ".."), "epik-js", "src", "test", "docs");
    private static final String LANDING = "http://shop.example/?epik=abc";

    private static String region(String file, String name) throws Exception {
        String text = Files.readString(SOURCES.resolve(file));
        int begin = text.indexOf('\n', text.indexOf("tag::" + name + "[]")) + 1;
        return text.substring(begin, text.lastIndexOf('\n', text.indexOf("end::" + name + "[]")));
    }

    private static String served(String name) throws Exception {
        try (var file = ScriptSnippetsTest.class.getResourceAsStream("/META-INF/resources/" + name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HtmlPage open(WebClient browser, String head, String body) throws Exception {
        MockWebConnection server = new MockWebConnection();
        server.setResponse(new URL(LANDING), "<html><head>" + head + "</head><body>" + body + "</body></html>");
        for (String script : List.of("epik.min.js", "epik.consent.js", "epik.events.js")) {
            server.setResponse(new URL("http://shop.example/" + script), served(script), "text/javascript");
        }
        server.setResponse(
                new URL("http://shop.example/_epik"), "", 204, "No Content", "text/plain", List.<NameValuePair>of());
        browser.setWebConnection(server);
        return browser.getPage(LANDING);
    }

    private static String cookies(HtmlPage page) {
        return String.valueOf(page.executeJavaScript("document.cookie").getJavaScriptResult());
    }

    @Test
    void documentedTagStoresTheClickId() throws Exception {
        try (WebClient browser = new WebClient()) {
            assertEquals("_epik=abc", cookies(open(browser, region("page.html", "script-tag"), "")));
        }
    }

    @Test
    void documentedTagsObeyABanner() throws Exception {
        String banner = "<script>document.cookie = 'CookieConsent={marketing:true}'</script>";
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, banner + region("page.html", "script-banner"), "");
            assertTrue(cookies(page).contains("_epik=abc"), cookies(page));
        }
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, region("page.html", "script-banner"), "");
            assertEquals("", cookies(page));
        }
    }

    @Test
    void documentedButtonsDecide() throws Exception {
        String buttons = "<button id=\"acceptButton\"></button><button id=\"denyButton\"></button>";
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, region("page.html", "script-required"), buttons);
            page.executeJavaScript(region("banner.js", "consent-buttons"));
            assertEquals("", cookies(page));
            page.getElementById("acceptButton").click();
            assertEquals("_epik_consent=granted; _epik=abc", cookies(page));
            page.getElementById("denyButton").click();
            assertEquals("_epik_consent=denied", cookies(page));
        }
    }

    @Test
    void documentedScriptPassesTheEventOn() throws Exception {
        String tag = "<script>window.pintrk = function () { window.told = [].slice.call(arguments).join(); };</script>";
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, tag, "");
            page.executeJavaScript("document.body.setAttribute('data-pintrk', '[\"track\",\"checkout\",{}]')");
            page.executeJavaScript(region("banner.js", "browser-tag-js"));
            assertEquals(
                    "track,checkout,[object Object]",
                    String.valueOf(page.executeJavaScript("told").getJavaScriptResult()));
        }
    }

    @Test
    void documentedScriptPassesTheEventToTheDataLayer() throws Exception {
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, "", "");
            page.executeJavaScript(
                    "document.body.setAttribute('data-pintrk', '[\"track\",\"checkout\",{\"event_id\":\"1001\"}]')");
            page.executeJavaScript(region("banner.js", "data-layer"));
            assertEquals(
                    "[{\"epik\":null},{\"event\":\"epik_checkout\",\"epik\":{\"event_id\":\"1001\"}}]",
                    String.valueOf(
                            page.executeJavaScript("JSON.stringify(dataLayer)").getJavaScriptResult()));
        }
    }

    @Test
    void documentedCallsGiveThePageEventAndTheTagOneId() throws Exception {
        String tag = "<script>var told = [], pintrk = function () { told.push([].slice.call(arguments)); };</script>";
        try (WebClient browser = new WebClient()) {
            HtmlPage page = open(browser, tag + region("page.html", "page-events-tags"), "");
            page.executeJavaScript(region("banner.js", "page-events-cart"));
            page.executeJavaScript("added({sku: 'cup-01', price: 19.99})");
            assertEquals(
                    "pagevisit true, addtocart true",
                    String.valueOf(page.executeJavaScript("told.map(function (call) {"
                                    + " return call[1] + ' ' + /^\\d{13}-0/.test(call[2].event_id); }).join(', ')")
                            .getJavaScriptResult()));
        }
    }
}
