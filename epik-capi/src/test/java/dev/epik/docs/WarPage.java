// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.servlet.EpikContextListener;
import dev.epik.capi.servlet.ServletVisit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;

/** The sale of README and of {@code docs/war.md}. */
final class WarPage {
    private WarPage() {}

    static void firstSale(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // tag::first-sale[]
        EpikClient epik = EpikContextListener.client(request.getServletContext());
        SubmitResult result = epik.submit(ConversionEvent.checkout("1001") // the order number
                .value(new BigDecimal("72.39"), "EUR")
                .visit(ServletVisit.of(request)) // click id, IP address, user agent, consent
                .customer(Customer.builder().email("jane@shop.example"))); // hashed right here
        response.getWriter().println(result); // for a first try: Stored, or the reason why not
        // end::first-sale[]
    }
}
