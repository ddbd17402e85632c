// SPDX-License-Identifier: Apache-2.0
package shop;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.servlet.EpikContextListener;
import dev.epik.capi.servlet.ServletVisit;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.UUID;
import javax.servlet.annotation.WebServlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Takes an order and reports its sale. */
// tag::javax-order[]
@WebServlet("/order")
public final class OrderServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String number = UUID.randomUUID().toString(); // that of the stored order, in a real shop
        EpikClient epik = EpikContextListener.client(getServletContext());
        SubmitResult result = epik.submit(() -> ConversionEvent.checkout(number)
                .value(new BigDecimal("59.90"), "EUR")
                .visit(ServletVisit.of(request)) // click id, IP address, user agent, consent
                .customer(Customer.builder().email(request.getParameter("email")))); // hashed right here
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.getWriter().println("Order " + number + ", Pinterest: " + result); // a shop would log the result
    }
}
// end::javax-order[]
