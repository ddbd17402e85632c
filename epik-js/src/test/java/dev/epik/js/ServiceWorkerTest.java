// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The filter with a service worker that answers navigations by {@code fetch}, as in progressive web apps. Such a
 * request has {@code Sec-Fetch-Dest: empty}.
 */
@RequiresChromium
class ServiceWorkerTest {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ChromeDriver browser = Chromium.open();

    private static final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean isWorker = request.getRequestURI().equals("/worker.js");
            response.setContentType(isWorker ? "text/javascript" : "text/html");
            response.getWriter()
                    .print(
                            isWorker
                                    ? """
                            onfetch = event => event.respondWith(fetch(event.request));
                            onactivate = event => event.waitUntil(clients.claim());
                            """
                                    : "<!doctype html><title>" + request.getHeader("Sec-Fetch-Dest") + "</title>");
        }
    }

    @BeforeEach
    void serve() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new Shop()), "/");
        context.addFilter(new FilterHolder(EpikFilter.builder().build()), "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        browser.quit();
        server.stop();
    }

    private void visit(String pathAndQuery) {
        // the only name that is a secure context without a certificate
        browser.get("http://localhost:" + connector.getLocalPort() + pathAndQuery);
    }

    private String clickId() {
        Cookie cookie = browser.manage().getCookieNamed("_epik");
        return cookie == null ? "none" : cookie.getValue();
    }

    @Test
    void capturesAndErasesForNavigationsThatAServiceWorkerPassesOn() {
        visit("/");
        browser.executeScript("navigator.serviceWorker.register('/worker.js')");
        new WebDriverWait(browser, Duration.ofSeconds(10))
                .until(there -> browser.executeScript("return navigator.serviceWorker.controller !== null"));
        visit("/?epik=abc");
        assertEquals("empty", browser.getTitle(), "the worker is not asked");
        assertEquals("abc", clickId());
        browser.executeScript("document.cookie = '_epik_consent=denied;path=/'");
        visit("/next");
        assertEquals("none", clickId());
    }

    @Test
    void ignoresOtherRequestsThatAServiceWorkerPassesOn() {
        visit("/");
        browser.executeAsyncScript(
                "const done = arguments[0]; fetch('/?epik=abc', {headers: {Accept: 'text/html'}}).then(() => done())");
        assertEquals("none", clickId());
    }
}
