// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet.shop;

import dev.epik.capi.Submission;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.servlet.EpikListener;
import dev.epik.capi.servlet.ServletVisit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /checkout?order=1001}: says what became of the event. */
public final class CheckoutServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Submission answer = EpikListener.client(getServletContext())
                .submit(() -> ConversionEvent.checkout(request.getParameter("order"))
                        .visit(ServletVisit.of(request))
                        .build());
        response.getWriter()
                .print(
                        answer instanceof Submission.NotStored no
                                ? no.cause()
                                : answer.getClass().getSimpleName());
    }
}
