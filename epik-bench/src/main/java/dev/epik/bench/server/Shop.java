// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import com.sun.management.OperatingSystemMXBean;
import dev.epik.bench.capture.NaiveFilter;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The server's process: prints its port, then its CPU time for each line of input; ends at the end of the input. */
public final class Shop {
    private Shop() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new Page()), "/*");
        Filter filter = filter(FilterSetup.valueOf(arguments[0]));
        if (filter != null) {
            FilterHolder holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            context.addFilter(
                    holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        }
        server.setHandler(context);
        server.start();
        try {
            System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
            reportCpuTime();
        } finally {
            server.stop();
        }
    }

    private static void reportCpuTime() throws IOException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (input.readLine() != null) {
            System.out.println(system.getProcessCpuTime());
        }
    }

    private static @Nullable Filter filter(FilterSetup way) {
        return switch (way) {
            case noFilter, noFilterAgain -> null;
            case ours -> EpikFilter.builder().build();
            case naive -> new NaiveFilter();
        };
    }

    /** The page: small, so that the filter's cost is visible. */
    private static final class Page extends HttpServlet {
        private static final long serialVersionUID = 1;
        private static final byte[] HTML = ("<!doctype html><title>Shop</title>"
                        + "<p>Lamps, chairs and tables.</p>\n".repeat(60))
                .getBytes(StandardCharsets.UTF_8);

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/html;charset=utf-8");
            response.setContentLength(HTML.length);
            response.getOutputStream().write(HTML);
        }
    }
}
