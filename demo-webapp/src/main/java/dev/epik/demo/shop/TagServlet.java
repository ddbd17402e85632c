// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.demo.Demo;
import dev.epik.demo.SameOrigin;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Receives the hits of the stand-in for Pinterest's browser tag, and forwards them to the simulated Pinterest. */
public final class TagServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int MAX_BYTES = 4096;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!SameOrigin.isOwn(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        Demo demo = Demo.of(getServletContext());
        String event = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
        byte[] data = request.getInputStream().readNBytes(MAX_BYTES);
        boolean granted = ServletVisit.of(request).consent() == Visit.Consent.GRANTED;
        if (granted && event.matches("[A-Za-z]{1,40}")) {
            demo.pinterest()
                    .ifPresent(simulated -> simulated.fake().tagHit(event, new String(data, StandardCharsets.UTF_8)));
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        response.setHeader("Cache-Control", "no-store");
    }
}
