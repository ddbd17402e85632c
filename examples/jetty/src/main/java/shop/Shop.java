// SPDX-License-Identifier: Apache-2.0
package shop;

import static jakarta.servlet.DispatcherType.ASYNC;
import static jakarta.servlet.DispatcherType.ERROR;
import static jakarta.servlet.DispatcherType.REQUEST;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.filter.EpikFilter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A shop with one product, in one process. */
// tag::jetty-program[]
public final class Shop {
    private final EpikClient epik;
    private final Server server;

    /** Starts on a port of this machine; 0 takes a free one. */
    Shop(int port, URI pinterest, Path outbox) throws Exception {
        AdAccount account = AdAccount.of("549755885175", "fake-token"); // those of the fake Pinterest
        epik = EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(outbox))
                .baseUrl(pinterest) // leave it out for Pinterest
                .open();
        ServletContextHandler pages = new ServletContextHandler("/");
        pages.addFilter(EpikFilter.builder().build(), "/*", EnumSet.of(REQUEST, ASYNC, ERROR)); // of DispatcherType
        pages.addServlet(new LandingPage(), "/");
        pages.addServlet(new OrderServlet(epik), "/order");
        // only for this machine; new Server(port) is for others too
        server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(pages);
        server.start();
    }

    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /** Stops the server first: no request submits to a closed client. */
    void stop() throws Exception {
        server.stop();
        epik.close();
    }

    public static void main(String... arguments) throws Exception {
        Shop shop = new Shop(8080, URI.create("http://127.0.0.1:8089"), Path.of("epik.db"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                shop.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
        System.out.println("http://localhost:" + shop.port() + "/?epik=dj0yJnU9ZGVtbw");
    }
}
// end::jetty-program[]
