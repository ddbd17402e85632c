// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.EpikFilter;
import dev.epik.testing.browser.Chromium;
import dev.epik.testing.browser.RequiresChromium;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The hand-over of the click id between hosts, in a real browser, over https on the default port. */
@RequiresChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandOverTest {
    private static final String FROM = "https://shop-a.example/shop/from";
    private static final String TO = "https://shop-b.example/shop/";
    private static final String POLICY = "default-src 'none'; connect-src 'self'; script-src 'self'";

    private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
    private Server server = new Server();
    private TlsFront front;
    private ChromeDriver browser;
    private WebDriverWait wait;

    @BeforeAll
    void open() throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setBaseResource(ResourceFactory.of(context).newClassLoaderResource("META-INF/resources/"));
        context.addServlet(new ServletHolder(new DefaultServlet()), "/");
        context.addServlet(new ServletHolder(new Shop()), "/shop/*");
        context.addServlet(new ServletHolder(new Shop()), "/filtered/*");
        context.addFilter(
                new FilterHolder(EpikFilter.builder().build()), "/filtered/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
        front = new TlsFront(connector.getLocalPort());
        browser = Chromium.open("--ignore-certificate-errors", "--host-resolver-rules=MAP * 127.0.0.1:" + front.port());
        wait = new WebDriverWait(browser, Duration.ofSeconds(10));
    }

    @AfterAll
    void close() throws Exception {
        if (browser != null) {
            browser.quit();
        }
        if (front != null) {
            front.close();
        }
        server.stop();
    }

    @BeforeEach
    void forget() {
        browser.get("about:blank");
        browser.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        arrivals.clear();
    }

    private final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
            String url = request.getServerName() + request.getRequestURI() + query;
            String path = request.getPathInfo();
            if (path.equals("/gpc.js")) {
                response.setContentType("text/javascript");
                response.getWriter().print("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})");
                return;
            }
            arrivals.add(url);
            response.setContentType("text/html;charset=UTF-8");
            response.setHeader("Content-Security-Policy", POLICY);
            response.getWriter()
                    .print("<!doctype html><head><title>page</title>" + head(path) + "</head><body>a page</body>");
        }

        private static String head(String path) {
            String capture = "<script src=\"/epik.min.js\" defer></script>";
            String required = "<script src=\"/epik.min.js\" defer data-consent=\"required\"></script>";
            String hosts = " data-hosts=\"shop-b.example, checkout.shop-b.example shop-a.example\"";
            return switch (path) {
                case "/from" -> capture + links(hosts);
                case "/from-gpc" -> "<script src=\"gpc.js\"></script>" + capture + links(hosts);
                case "/from-clobbered" ->
                    "<img name=\"currentScript\" data-hosts=\"shop-b.example\">" + capture + links(hosts);
                case "/from-inserted" ->
                    "<script type=\"text/plain\" src=\"/epik.links.js\" data-hosts=\"evil.test\"></script>" + capture
                            + links(hosts);
                case "/from-cookie-hidden" -> "<img name=\"cookie\">" + capture + links(hosts);
                case "/from-alone" -> "<form id=\"epik\"><input name=\"clickId\"></form>" + links(hosts);
                case "/from-without-hosts" -> capture + links("");
                case "/to" -> required + links(" data-clean" + hosts);
                case "/to-gpc" -> "<script src=\"gpc.js\"></script>" + required + links(" data-clean" + hosts);
                case "/to-opt-out" -> capture + links(" data-clean" + hosts);
                case "/to-without-links" -> capture;
                case "/to-filtered" -> links(" data-clean" + hosts);
                default -> "";
            };
        }

        private static String links(String settings) {
            return "<script src=\"/epik.links.js\" defer" + settings + "></script>";
        }
    }

    private String script(String expression) {
        return String.valueOf(browser.executeScript("return String(" + expression + ")"));
    }

    /** Lands on a page with a click id and accepts. */
    private void landAndGrant(String page) {
        browser.get(page + "?epik=abc");
        script("epik.grant()");
    }

    private void addLink(String href, String attributes) {
        browser.executeScript(
                "document.getElementById('link')?.remove();"
                        + "document.body.insertAdjacentHTML('afterbegin',"
                        + " '<a id=link " + attributes + "><b>a link</b></a>');"
                        + "document.getElementById('link').setAttribute('href', arguments[0])",
                href);
    }

    private void click() {
        browser.findElement(By.cssSelector("#link b")).click();
    }

    private String nextArrival() throws InterruptedException {
        return String.valueOf(arrivals.poll(10, TimeUnit.SECONDS));
    }

    /** Clicks a link and returns the address that the browser would go to after all listeners have run. */
    private String followed(String href) {
        addLink(href, "");
        browser.executeScript("window.late = event => {"
                + "  window.seen = document.getElementById('link').href; event.preventDefault()};"
                + "window.addEventListener('click', window.late)");
        click();
        browser.executeScript("window.removeEventListener('click', window.late)");
        wait.until(there -> href.equals(script("document.getElementById('link').getAttribute('href')")));
        return script("seen");
    }

    @ParameterizedTest
    @CsvSource({
        "https://shop-b.example, https://shop-b.example/?epik=abc",
        "https://shop-b.example/p?x=1#f?y, https://shop-b.example/p?x=1&epik=abc#f?y",
        "https://checkout.shop-b.example/p#f, https://checkout.shop-b.example/p?epik=abc#f",
        "HTTPS://SHOP-B.example:443/p?, https://shop-b.example/p?epik=abc",
        "//shop-b.example/p?myepik=1&epiks=2, https://shop-b.example/p?myepik=1&epiks=2&epik=abc",
    })
    void linkToAListedHostCarriesTheClickId(String href, String expected) {
        landAndGrant(FROM);
        assertEquals(expected, followed(href));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://pay.example/checkout",
                "http://shop-b.example/",
                "https://shop-b.example:8443/",
                "https://www.shop-b.example/",
                "https://shop-b.example.evil.test/",
                "https://notshop-b.example/",
                "https://shop-b.example./",
                "https://example/",
                "https://shop-b.example@evil.test/",
                "https://shop-b.example:443@evil.test/",
                "https://user@shop-b.example/",
                "https://user:secret@shop-b.example/",
                "https://:secret@shop-b.example/",
                "https://evil.test/?https://shop-b.example/",
                "https://evil.test/#https://shop-b.example/",
                "https://evil.test/@shop-b.example/",
                "https:\\\\evil.test\\@shop-b.example/",
                "https://shop-b.example/?epik=another",
                "https://shop-b.example/?x=1&epik",
                "https://shop-a.example/shop/from",
                "/shop/from",
                "#top",
                "mailto:sales@shop-b.example",
                "ftp://shop-b.example/",
                "blob:https://shop-b.example/1",
                "https://[::1]/",
                "https://",
            })
    void anyOtherLinkStaysAsItIs(String href) {
        landAndGrant(FROM);
        String seen = followed(href);
        assertEquals(script("document.getElementById('link').href"), seen);
    }

    @Test
    void clickIdIsEscaped() {
        browser.get(FROM + "?epik=a%2Bb%2Fc%3D");
        script("epik.grant()");
        assertEquals("https://shop-b.example/?epik=a%2Bb%2Fc%3D", followed("https://shop-b.example/"));
    }

    @Test
    void silenceAndDenialHandNothingOver() {
        browser.get(FROM + "?epik=abc");
        assertEquals("abc", script("epik.clickId()"), "silence counts for the capture");
        assertEquals("https://shop-b.example/", followed("https://shop-b.example/"));
        script("epik.grant()");
        assertEquals("https://shop-b.example/?epik=abc", followed("https://shop-b.example/"));
        script("epik.revoke()");
        assertEquals("https://shop-b.example/", followed("https://shop-b.example/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gpc", "-clobbered", "-cookie-hidden", "-without-hosts"})
    void pageWithoutConsentOrSettingsHandsNothingOver(String page) {
        landAndGrant(FROM);
        browser.get(FROM + page + "?epik=abc");
        assertEquals("https://shop-b.example/", followed("https://shop-b.example/"));
    }

    @Test
    void elementThatLooksLikeTheCaptureHandsNothingOver() {
        landAndGrant(FROM);
        browser.get(FROM + "-alone?epik=abc");
        browser.executeScript("window.thrown = 0; window.onerror = () => window.thrown++");
        addLink("#", "");
        browser.executeScript("document.body.innerHTML += '<form id=epik><input name=clickId></form>'");
        assertEquals("https://shop-b.example/", followed("https://shop-b.example/"));
        assertEquals("0", script("thrown"));
    }

    @Test
    void tagThatDoesNotRunNamesNoHosts() {
        landAndGrant(FROM + "-inserted");
        assertEquals("https://evil.test/", followed("https://evil.test/"));
        assertEquals("https://shop-b.example/?epik=abc", followed("https://shop-b.example/"));
    }

    @Test
    void otherListenersSeeTheLinkAsItIsWritten() {
        landAndGrant(FROM);
        browser.executeScript(
                "window.heard = [];"
                        + "['mousedown', 'mouseup', 'click'].forEach(name => [true, false].forEach(capture =>"
                        + "  document.addEventListener(name, () => heard.push(document.getElementById('link').href), capture)))");
        assertEquals("https://shop-b.example/?epik=abc", followed("https://shop-b.example/"));
        assertEquals("6", script("heard.length"));
        assertEquals("true", script("heard.every(href => href === 'https://shop-b.example/')"));
    }

    @Test
    void clickThatThePageHandlesIsLeftAlone() {
        landAndGrant(FROM);
        browser.executeScript("document.addEventListener('click', event => event.preventDefault())");
        assertEquals("https://shop-b.example/", followed("https://shop-b.example/"));
    }

    @Test
    void linkInSvgIsLeftAlone() {
        landAndGrant(FROM);
        browser.executeScript("window.thrown = 0; window.onerror = () => window.thrown++;"
                + "document.body.innerHTML = '<svg><a id=link href=\"#x\"><text y=20>a link</text></a></svg>'");
        browser.findElement(By.cssSelector("#link text")).click();
        assertEquals("#x 0", script("document.getElementById('link').getAttribute('href') + ' ' + thrown"));
    }

    private enum Way {
        CLICK,
        KEYBOARD,
        CONTROL_CLICK,
        MIDDLE_CLICK
    }

    private void follow(Way way) {
        var link = browser.findElement(By.id("link"));
        switch (way) {
            case CLICK -> click();
            case KEYBOARD -> link.sendKeys(Keys.ENTER);
            case CONTROL_CLICK ->
                new Actions(browser)
                        .keyDown(Keys.CONTROL)
                        .click(link)
                        .keyUp(Keys.CONTROL)
                        .perform();
            case MIDDLE_CLICK -> {
                for (String type : List.of("mousePressed", "mouseReleased")) {
                    browser.executeCdpCommand(
                            "Input.dispatchMouseEvent",
                            Map.of(
                                    "type",
                                    type,
                                    "x",
                                    link.getLocation().getX() + 5,
                                    "y",
                                    link.getLocation().getY() + 5,
                                    "button",
                                    "middle",
                                    "clickCount",
                                    1));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CLICK, ''",
        "CLICK, target=_blank",
        "CLICK, target=_blank rel=noreferrer",
        "KEYBOARD, ''",
        "CONTROL_CLICK, ''",
        "MIDDLE_CLICK, ''",
    })
    void clickIdArrivesHoweverTheLinkIsFollowed(Way way, String attributes) throws Exception {
        landAndGrant(FROM);
        addLink(TO + "bare?x=1#f", attributes);
        arrivals.clear();
        String window = browser.getWindowHandle();
        follow(way);
        assertEquals("shop-b.example/shop/bare?x=1&epik=abc", nextArrival());
        for (String other : browser.getWindowHandles()) {
            if (!other.equals(window)) {
                browser.switchTo().window(other).close();
            }
        }
        browser.switchTo().window(window);
    }

    private void arrive(String page) {
        landAndGrant(FROM);
        addLink(page, "");
        click();
        wait.until(there -> script("location.href + document.readyState").matches("https://shop-b.*complete"));
    }

    private void awaitUrl(String url) {
        wait.until(there -> script("location.href").equals(url));
    }

    @Test
    void targetAsksForItsOwnConsentAndCleansAfterTheYes() {
        arrive(TO + "to?x=1#f");
        assertEquals("", script("document.cookie"), "no consent was handed over");
        browser.executeScript("document.body.innerHTML = '<button id=other>other</button><button id=yes>yes</button>';"
                + "document.getElementById('yes').onclick = epik.grant; history.replaceState({own: 1}, '')");
        browser.findElement(By.id("other")).click();
        browser.executeAsyncScript("setTimeout(arguments[0], 700)");
        assertEquals(TO + "to?x=1&epik=abc#f", script("location.href"), "it waits for the answer");
        browser.findElement(By.id("yes")).click();
        awaitUrl(TO + "to?x=1#f");
        assertEquals("abc 1", script("epik.clickId() + ' ' + history.state.own"));
        browser.get(TO + "to");
        assertEquals("abc", script("epik.clickId()"));
    }

    @Test
    void yesOnTheNextPageStillFindsTheClickId() {
        arrive(TO + "to");
        browser.executeScript("location.href = '/shop/to?2'");
        wait.until(there -> script("location.search + document.readyState").equals("?2complete"));
        script("epik.grant()");
        assertEquals("abc", script("epik.clickId()"));
    }

    @Test
    void targetCleansAfterADenialAndKeepsNothing() {
        arrive(TO + "to?x=1");
        browser.executeScript("document.body.innerHTML = '<button id=no>no</button>';"
                + "document.getElementById('no').onclick = epik.revoke");
        browser.findElement(By.id("no")).click();
        awaitUrl(TO + "to?x=1");
        assertEquals("_epik_consent=denied", script("document.cookie"));
    }

    @Test
    void targetObeysGlobalPrivacyControl() {
        arrive(TO + "to-gpc");
        awaitUrl(TO + "to-gpc");
        assertEquals("", script("document.cookie"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://shop-b.example/shop/to-opt-out, https://shop-b.example/shop/to-opt-out",
        "https://shop-b.example/filtered/to-filtered?x=1, https://shop-b.example/filtered/to-filtered?x=1",
        "https://shop-b.example/shop/to-without-links, https://shop-b.example/shop/to-without-links?epik=abc",
    })
    void targetCleansWhatScriptOrFilterCaptured(String page, String url) {
        arrive(page);
        awaitUrl(url);
        assertTrue(script("document.cookie").contains("_epik=abc"));
    }

    @Test
    void landingFromAnotherSiteKeepsTheParameter() {
        browser.get("https://pinterest.example/shop/bare");
        addLink(TO + "to-opt-out?epik=ad", "");
        click();
        wait.until(there -> script("location.href + document.readyState").matches("https://shop-b.*complete"));
        browser.executeAsyncScript("setTimeout(arguments[0], 700)");
        assertEquals(TO + "to-opt-out?epik=ad", script("location.href"));
        assertEquals("_epik=ad", script("document.cookie"));
    }

    @Test
    void everyClickIdOfTheAddressIsRemovedAndTheRestStays() {
        browser.get(TO + "to-opt-out?a=%20b&epik=abc&epiks=1&epik&epik=2#?epik=x");
        awaitUrl(TO + "to-opt-out?a=%20b&epiks=1#?epik=x");
        assertEquals("_epik=abc", script("document.cookie"));
    }
}
