// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static jakarta.servlet.DispatcherType.ASYNC;
import static jakarta.servlet.DispatcherType.ERROR;
import static jakarta.servlet.DispatcherType.REQUEST;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;

/** README's shop on an embedded Jetty. Not run by a test: it has fixed ports. */
final class JettyShop {
    private JettyShop() {}

    public static void main(String... arguments) throws Exception {
        // tag::jetty-shop[]
        AdAccount account = AdAccount.of("549755885175", "fake-token");
        EpikClient epik = EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(Path.of("epik.db")))
                .baseUrl(URI.create("http://127.0.0.1:8089"))
                .open();
        ServletContextHandler shop = new ServletContextHandler("/");
        shop.addFilter(EpikFilter.builder().build(), "/*", EnumSet.of(REQUEST, ASYNC, ERROR)); // of DispatcherType
        shop.addServlet(new ThanksPage(epik), "/thanks"); // an HttpServlet that submits the sale of step 3
        Server server = new Server(8080);
        server.setHandler(shop);
        server.start();
        // end::jetty-shop[]
    }

    private static final class ThanksPage extends HttpServlet {
        private static final long serialVersionUID = 1;

        private final transient EpikClient epik;

        ThanksPage(EpikClient epik) {
            this.epik = epik;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter()
                    .println(epik.submit(ConversionEvent.checkout("1001")
                            .value(new BigDecimal("72.39"), "EUR")
                            .visit(ServletVisit.of(request))
                            .customer(Customer.builder().email("jane@shop.example"))));
        }
    }
}
