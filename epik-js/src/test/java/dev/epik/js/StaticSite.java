// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Four pages and no filter, on a real Jetty, under whatever host name they are asked for:
 *
 * <ul>
 *   <li>{@code /page} has the script, under a strict content security policy;
 *   <li>{@code /spied} has it too, and notes in {@code window.written} each line that goes to {@code document.cookie};
 *   <li>{@code /sandboxed} has it where cookies are forbidden;
 *   <li>{@code /bare} does not have it.
 * </ul>
 */
final class StaticSite implements AutoCloseable {
    private static final String CAPTURE = "<script src=\"/epik.min.js\" defer></script>";

    private static final String SPY = """
            window.written = [];
            (function (cookie) {
              Object.defineProperty(document, 'cookie', {
                get: function () { return cookie.get.call(document); },
                set: function (line) { window.written.push(line); cookie.set.call(document, line); }
              });
            })(Object.getOwnPropertyDescriptor(Document.prototype, 'cookie'));
            """;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    StaticSite() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setBaseResource(ResourceFactory.of(context).newClassLoaderResource("META-INF/resources/"));
        context.addServlet(new ServletHolder(new DefaultServlet()), "/");
        String strict = "default-src 'none'; script-src 'self'";
        serve(context, "/page", page(CAPTURE), strict);
        serve(context, "/spied", page("<script src=\"/spy.js\"></script>" + CAPTURE), strict);
        serve(context, "/sandboxed", page(CAPTURE), "sandbox allow-scripts");
        serve(context, "/bare", page(""), strict);
        serve(context, "/spy.js", new Body("text/javascript", SPY), strict);
        server.setHandler(context);
        server.start();
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
