// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import dev.epik.testing.browser.Chromium;
import dev.epik.testing.browser.RequiresChromium;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The filter, the script and Pinterest's tag use one cookie, in a real browser. */
@RequiresChromium
class TogetherTest {
    /** The lifetime of the filter's cookie. It differs from that of the script's cookie, which is a year. */
    private static final int DAYS = 30;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ChromeDriver browser = Chromium.open("--ignore-certificate-errors");
    private final WebDriverWait wait = new WebDriverWait(browser, Duration.ofSeconds(10));

    @AfterEach
    void close() throws Exception {
        browser.quit();
        server.stop();
    }

    private void serve(EpikFilter.Builder filter) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setBaseResource(ResourceFactory.of(context).newClassLoaderResource("META-INF/resources/"));
        context.addServlet(new ServletHolder(new DefaultServlet()), "/");
        context.addServlet(new ServletHolder(new Shop()), "/shop/*");
        context.addFilter(
                new FilterHolder(filter.lifetimeDays(DAYS).build()),
                "/*",
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        server.setHandler(context);
        server.start();
    }

    /** Pages whose text is the consent that the filter reports to an application. */
    private static final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        /** Each navigation becomes a fetch of the worker, as with Workbox's NetworkOnly. */
        private static final String WORKER = "addEventListener('install', () => skipWaiting());"
                + "addEventListener('activate', event => event.waitUntil(clients.claim()));"
                + "addEventListener('fetch', event => event.respondWith(fetch(event.request)));";

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            @SuppressWarnings("unchecked")
            Function<HttpServletRequest, String> consent = (Function<HttpServletRequest, String>)
                    request.getServletContext().getAttribute("dev.epik.consent");
            String script = switch (request.getPathInfo()) {
                case "/scripted" -> "<script src=\"/epik.min.js\" data-beacon=\"/_epik\" defer></script>";
                case "/gated" ->
                    "<script src=\"/epik.min.js\" data-consent=\"required\" data-beacon=\"/_epik\" defer></script>";
                case "/worker" -> "<script>navigator.serviceWorker.register('/shop/worker.js')</script>";
                default -> "";
            };
            if ("/worker.js".equals(request.getPathInfo())) {
                response.setContentType("text/javascript");
                response.getWriter().print(WORKER);
                return;
            }
            response.setContentType("text/html;charset=UTF-8");
            response.getWriter()
                    .print("<!doctype html><head><title>" + consent.apply(request) + "</title>" + script + "</head>");
        }
    }

    private void visit(String host, String pathAndQuery) {
        browser.get("http://" + host + ":" + connector.getLocalPort() + "/shop" + pathAndQuery);
    }

    private String script(String expression) {
        return String.valueOf(browser.executeScript("return String(" + expression + ")"));
    }

    private List<Cookie> kept() {
        return browser.manage().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("_epik"))
                .toList();
    }

    private List<String> values() {
        return kept().stream().map(Cookie::getValue).toList();
    }

    private boolean isTheFilters() {
        Instant latest = Instant.now().plus(Duration.ofDays(DAYS + 1));
        return !kept().isEmpty()
                && kept().stream()
                        .map(Cookie::getExpiry)
                        .allMatch(expiry -> expiry != null && expiry.toInstant().isBefore(latest));
    }

    private void writeAsPinterestsTagDoes(String value) {
        script("document.cookie = '_epik=" + value + "; expires=' + new Date(Date.now() + 31536e6).toUTCString()"
                + " + '; path=/; domain=.' + location.hostname.replace('www.', '') + ';'");
    }

    @ParameterizedTest
    @CsvSource({"www.shop.example, shop.example", "shop.example, www.shop.example", "www.shop.example, pay.shop.example"
    })
    void cookieWorksOnAllHostsOfTheShop(String landing, String checkout) throws Exception {
        serve(EpikFilter.builder());
        visit(landing, "/bare?epik=abc");
        visit(checkout, "/bare");
        assertEquals("_epik=abc", script("document.cookie"));
    }

    @ParameterizedTest
    @CsvSource({
        "www.shop.example, notshop.example",
        "www.shop.example, example",
        "pay.shop.example, shop.example",
        "pay.shop.example, www.shop.example",
        "www.shop.example, shop.example.evil.example",
        "127.0.0.1, localhost",
    })
    void cookieIsNotSentToOtherSites(String landing, String otherSite) throws Exception {
        serve(EpikFilter.builder());
        visit(landing, "/bare?epik=abc");
        assertEquals("_epik=abc", script("document.cookie"));
        visit(otherSite, "/bare");
        assertEquals("", script("document.cookie"));
    }

    @ParameterizedTest
    @CsvSource({"www.shop.example", "shop.example", "pay.shop.example"})
    void filterTagAndScriptWriteOneCookie(String host) throws Exception {
        serve(EpikFilter.builder());
        visit(host, "/bare?epik=filters");
        writeAsPinterestsTagDoes("tags");
        assertEquals(List.of("tags"), values());
        visit(host, "/bare?epik=filters-again");
        assertEquals(List.of("filters-again"), values());
        visit(host, "/scripted");
        script("history.pushState(1, '', '/shop/scripted?epik=scripts')");
        assertEquals(List.of("scripts"), values());
        writeAsPinterestsTagDoes("tags-again");
        assertEquals(List.of("tags-again"), values());
    }

    @Test
    void setsOneSecureCookieBehindATlsProxy() throws Exception {
        serve(EpikFilter.builder());
        try (TlsFront front = new TlsFront(connector.getLocalPort())) {
            browser.get("https://www.shop.example:" + front.port() + "/shop/bare?epik=abc");
            assertEquals(List.of("abc"), values());
            assertTrue(kept().get(0).isSecure());
            writeAsPinterestsTagDoes("tags");
            assertEquals(List.of("tags"), values());
            browser.get("https://shop.example:" + front.port() + "/shop/scripted?epik=def");
            assertEquals(List.of("def"), values());
            assertTrue(kept().get(0).isSecure());
            visit("www.shop.example", "/bare"); // plain http
            assertEquals("", script("document.cookie"));
        }
    }

    @Test
    void consentAfterTheLandingReachesTheFilterAndHolds() throws Exception {
        serve(EpikFilter.builder().consent(ConsentDecider.required()));
        visit("www.shop.example", "/gated?epik=abc");
        assertEquals(List.of(), values());
        assertEquals("unknown; consent is required and not given yet", browser.getTitle());
        script("epik.grant()");
        wait.until(there -> isTheFilters());
        assertEquals(List.of("abc"), values());
        visit("shop.example", "/bare");
        assertEquals("granted; cookie _epik_consent", browser.getTitle());
        visit("www.shop.example", "/bare?epik=def");
        assertEquals(List.of("def"), values());
    }

    @Test
    void denialReachesTheFilterAndErasesAndHolds() throws Exception {
        serve(EpikFilter.builder().consent(ConsentDecider.required()));
        visit("www.shop.example", "/gated?epik=abc");
        script("epik.grant()");
        wait.until(there -> isTheFilters());
        script("epik.revoke()");
        assertEquals(List.of(), values());
        visit("www.shop.example", "/bare?epik=def");
        assertEquals("denied; cookie _epik_consent", browser.getTitle());
        assertEquals(List.of(), values());
        writeAsPinterestsTagDoes("tags");
        visit("www.shop.example", "/bare");
        assertEquals(List.of(), values(), "the next page erases what the tag wrote meanwhile");
    }

    @Test
    void filterSetsTheCookieThatTheScriptReports() throws Exception {
        serve(EpikFilter.builder());
        visit("www.shop.example", "/scripted");
        script("history.pushState(1, '', '/shop/scripted?epik=abc')");
        wait.until(there -> isTheFilters());
        assertEquals(List.of("abc"), values());
    }

    @Test
    void landingPageMayUseTheBackForwardCache() throws Exception {
        serve(EpikFilter.builder());
        visit("www.shop.example", "/scripted?epik=abc");
        script("window.kept = 'in memory'");
        visit("www.shop.example", "/bare");
        browser.navigate().back();
        assertEquals("in memory", script("window.kept"));
    }

    @Test
    void denialOnASubdomainErasesTheCookieOfTheLandingPage() throws Exception {
        serve(EpikFilter.builder());
        visit("www.shop.example", "/bare?epik=abc");
        visit("pay.shop.example", "/scripted");
        assertEquals("abc", script("epik.clickId()"));
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("www.shop.example", "/bare");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void lastAnswerWinsOnBothHosts() throws Exception {
        serve(EpikFilter.builder().consent(ConsentDecider.required()));
        visit("www.shop.example", "/gated");
        script("epik.revoke()");
        visit("pay.shop.example", "/gated?epik=abc");
        assertEquals("denied; cookie _epik_consent", browser.getTitle());
        script("epik.grant()");
        wait.until(there -> isTheFilters());
        visit("www.shop.example", "/bare?epik=def");
        assertEquals("granted; cookie _epik_consent", browser.getTitle());
        assertEquals(List.of("def"), values());
    }

    /** The filter receives the worker's fetch instead of the navigation. */
    @Test
    void capturesAndErasesWithAServiceWorker() throws Exception {
        serve(EpikFilter.builder());
        visit("localhost", "/worker");
        wait.until(there -> "true".equals(script("navigator.serviceWorker.controller != null")));
        visit("localhost", "/bare?epik=abc");
        assertEquals("true", script("navigator.serviceWorker.controller != null"));
        assertEquals(List.of("abc"), values());
        sendGlobalPrivacyControl(true);
        visit("localhost", "/bare");
        assertEquals(List.of(), values());
    }

    @Test
    void globalPrivacyControlOnASubdomainErasesTheCookieOfTheLandingPage() throws Exception {
        serve(EpikFilter.builder());
        visit("www.shop.example", "/bare?epik=abc");
        sendGlobalPrivacyControl(true);
        visit("a.pay.shop.example", "/bare");
        sendGlobalPrivacyControl(false);
        visit("www.shop.example", "/bare");
        assertEquals("", script("document.cookie"));
    }

    /** Sets whether the browser sends the header. The script sees no property for it. */
    private void sendGlobalPrivacyControl(boolean sent) {
        browser.executeCdpCommand("Network.enable", Map.of());
        Map<String, String> headers = sent ? Map.of("Sec-GPC", "1") : Map.of();
        browser.executeCdpCommand("Network.setExtraHTTPHeaders", Map.of("headers", headers));
    }
}
