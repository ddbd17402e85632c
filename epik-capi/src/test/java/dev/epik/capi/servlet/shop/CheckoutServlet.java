// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet.shop;

import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.EpikContextListener;
import dev.epik.capi.servlet.ServletVisit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers {@code /checkout?order=1001} with the result of the submit. */
public final class CheckoutServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        SubmitResult answer = EpikContextListener.client(getServletContext())
                .submit(() -> ConversionEvent.checkout(request.getParameter("order"))
                        .visit(ServletVisit.of(request).withConsent(Visit.Consent.GRANTED, "no banner")));
        response.getWriter()
                .print(
                        answer instanceof SubmitResult.Failed failed
                                ? failed.cause()
                                : answer.getClass().getSimpleName());
    }
}
