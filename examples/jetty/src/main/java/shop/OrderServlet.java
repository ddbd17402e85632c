// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.servlet.ServletVisit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.UUID;

/** Takes an order and reports its sale. */
// tag::jetty-order[]
final class OrderServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient EpikClient epik;

    OrderServlet(EpikClient epik) {
        this.epik = epik;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String number = UUID.randomUUID().toString(); // that of the stored order, in a real shop
        SubmitResult result = epik.submit(() -> ConversionEvent.checkout(number)
                .value(new BigDecimal("59.90"), "EUR")
                .visit(ServletVisit.of(request)) // click id, IP address, user agent, consent
                .customer(Customer.builder().email(request.getParameter("email")))); // hashed right here
        response.getWriter().println("Order " + number + ", Pinterest: " + result); // a shop would log the result
    }
}
// end::jetty-order[]
