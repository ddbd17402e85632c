// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * A Jetty without the filter, for any host name. It serves pages with the script in various settings, and a beacon that
 * records the requests. Most pages have a strict content security policy.
 */
final class StaticSite implements AutoCloseable {
    private static final String SPY = """
            window.written = [];
            (function (cookie) {
              Object.defineProperty(document, 'cookie', {
                get: function () { return cookie.get.call(document); },
                set: function (line) { window.written.push(line); cookie.set.call(document, line); }
              });
            })(Object.getOwnPropertyDescriptor(Document.prototype, 'cookie'));
            """;

    private final BlockingQueue<String> beacons = new LinkedBlockingQueue<>();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    StaticSite() throws Exception {
        connector.setHost("127.0.0.1");
        connector.open();
        server.addConnector(connector);
        String evil = "//evil.example:" + connector.getLocalPort();
        ServletContextHandler context = new ServletContextHandler("/");
        context.setBaseResource(ResourceFactory.of(context).newClassLoaderResource("META-INF/resources/"));
        context.addServlet(new ServletHolder(new DefaultServlet()), "/");
        String strict = "default-src 'none'; connect-src 'self'; script-src 'self'";
        Map<String, String> heads = new TreeMap<>(Map.of(
                "/bare",
                "",
                "/page",
                capture(""),
                "/spied",
                load("/spy.js") + capture(""),
                "/required",
                capture("data-consent=\"required\""),
                "/gated",
                capture("data-consent=\"required\" data-beacon=\"/_epik\""),
                "/with-beacon",
                capture("data-beacon=\"/_epik\""),
                "/gpc",
                load("/gpc.js") + capture(""),
                "/gpc-ignored",
                load("/gpc.js") + capture("data-gpc=\"ignore\""),
                "/domain-host",
                load("/spy.js") + capture("data-domain=\"host\"")));
        String consent = "<script src=\"/epik.consent.js\" defer></script>";
        heads.put("/banner", load("/banners.js") + capture("") + consent);
        heads.put("/banner-alone", load("/banners.js") + capture(""));
        heads.put(
                "/banner-required",
                load("/banners.js") + capture("data-consent=\"required\" data-beacon=\"/_epik\"") + consent);
        heads.put("/domain-set", load("/spy.js") + capture("data-domain=\"example.shop\" data-days=\"30\""));
        heads.put(
                "/clobbered-settings",
                "<img name=\"currentScript\" data-beacon=\"/_epik\" data-consent=\"\" data-gpc=\"ignore\">"
                        + capture("data-consent=\"required\""));
        heads.put("/clobbered-cookie", "<img name=\"cookie\">" + capture("data-beacon=\"/_epik\""));
        heads.put("/bundle", "<script src=\"/bundle.js\" defer data-beacon=\"/_epik\"></script>");
        heads.put(
                "/module-tag",
                "<script type=\"module\" src=\"/epik.min.js\" data-consent=\"required\" data-beacon=\"/_epik\"></script>");
        heads.put(
                "/twice",
                "<form id=\"epik\"></form>" + capture("data-beacon=\"/_epik\"")
                        + "<script src=\"/first.js\" defer></script>" + capture(""));
        heads.put("/worker", load("/worker.js"));
        String beacon = "data-beacon=\"/_epik\"";
        heads.put("/events", capture(beacon) + events(""));
        heads.put("/events-alone", events(beacon));
        heads.put("/events-required", capture("data-consent=\"required\" " + beacon) + events(""));
        heads.put("/events-gpc", load("/gpc.js") + events(beacon));
        heads.put("/events-no-beacon", events("data-beacon=\"" + evil + "/_epik\""));
        heads.put("/events-visit", load("/tag.js") + events("data-page-visit " + beacon));
        heads.put("/events-visit-alone", events("data-page-visit " + beacon));
        heads.put("/events-hidden", "<form id=\"epikEvent\"></form>" + events(beacon));
        for (String name : List.of("cookie", "querySelector")) {
            heads.put("/events-clobbered-" + name, "<img name=\"" + name + "\">" + events("data-page-visit " + beacon));
        }
        heads.put("/module", "<script type=\"module\" src=\"/module.js\"></script>");
        heads.forEach((path, head) -> serve(context, path, page(head), strict));
        String lax = "frame-ancestors 'none'";
        serve(context, "/beacon-elsewhere", page(capture("data-beacon=\"http:" + evil + "/_epik\"")), lax);
        serve(context, "/beacon-on-another-host", page(capture("data-beacon=\"" + evil + "/_epik\"")), lax);
        String base = "<base href=\"http:" + evil + "/\">";
        serve(context, "/beacon-with-another-base", page(capture("data-beacon=\"/_epik\"") + base), lax);
        serve(context, "/sandboxed", page(capture("")), "sandbox allow-scripts");
        serve(context, "/inline", page("<script>" + text("epik.inline.js") + "</script>"), lax);
        serve(context, "/bundle.js", script("var shop = 1;" + text("epik.min.js") + ";var end = 1"), strict);
        serve(context, "/first.js", script("var first = [epik, history.pushState, history.replaceState]"), strict);
        serve(context, "/worker.js", script("new Worker('/without-a-page.js', {type: 'module'})"), strict);
        serve(
                context,
                "/without-a-page.js",
                script("import epik from '/epik.esm.js';"
                        + "let click; try { click = epik(); click.grant(); click.revoke(); click = click.clickId() }"
                        + "catch (e) { click = e } fetch('/_epik', {method: 'POST', body: 'click ' + click})"),
                strict);
        serve(context, "/epik.esm.js", script(text("epik.esm.js")), strict);
        serve(context, "/banners.js", script(resource("/banners.js")), strict);
        serve(context, "/spy.js", script(SPY), strict);
        serve(
                context,
                "/tag.js",
                script("var tagged = [], pintrk = (how, name, data) => tagged.push(how, name, data.event_id)"),
                strict);
        serve(
                context,
                "/gpc.js",
                script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"),
                strict);
        serve(
                context,
                "/module.js",
                script("import epik, {epik as named} from '/epik.esm.js';"
                        + "window.click = epik({consent: 'required', beacon: '/_epik'}); window.same = epik === named"),
                strict);
        context.addServlet(
                new ServletHolder(new HttpServlet() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
                        String elsewhere = request.getServerName().equals("evil.example") ? "another host: " : "";
                        beacons.add(elsewhere + request.getContentType() + " "
                                + new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                        response.setStatus(204);
                    }
                }),
                "/_epik");
        server.setHandler(context);
        server.start();
    }

    private static String capture(String settings) {
        return "<script src=\"/epik.min.js\" defer " + settings + "></script>";
    }

    private static String events(String settings) {
        return "<script src=\"/epik.events.js\" defer " + settings + "></script>";
    }

    private static String load(String script) {
        return "<script src=\"" + script + "\"></script>";
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of("target", "npm", file));
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = StaticSite.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(resource, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Body script(String text) {
        return new Body("text/javascript", text);
    }

    /** Waits for the next beacon and returns its content type and body. */
    String nextBeacon() throws InterruptedException {
        return String.valueOf(beacons.poll(10, TimeUnit.SECONDS));
    }

    void clearBeacons() {
        beacons.clear();
    }

    private static Body page(String head) {
        return new Body(
                "text/html",
                "<!doctype html><html><head><title>page</title>" + head + "</head><body>a page</body></html>");
    }

    private static void serve(ServletContextHandler context, String path, Body body, String policy) {
        context.addServlet(new ServletHolder(new Fixed(body, policy)), path);
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private record Body(String type, String text) {}

    private static final class Fixed extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient Body body;
        private final String policy;

        Fixed(Body body, String policy) {
            this.body = body;
            this.policy = policy;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType(body.type() + ";charset=UTF-8");
            response.setHeader("Content-Security-Policy", policy);
            response.getWriter().print(body.text());
        }
    }
}
