// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** Writes what an application sees: the click id, the consent and the form. */
public final class EchoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        if (path.equals("/redirect")) {
            response.sendRedirect("/elsewhere");
            return;
        }
        if (path.equals("/missing")) {
            response.sendError(404);
            return;
        }
        if (path.equals("/broken")) {
            throw new ServletException("on purpose");
        }
        String body = switch (path) {
            case "/body" -> new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            case "/parameter" -> request.getParameter("name");
            case "/part" -> {
                byte[] part = request.getPart("photo").getInputStream().readAllBytes();
                yield part.length + " bytes, hash " + Arrays.hashCode(part);
            }
            case "/taken" -> String.valueOf(request.getServletContext().getAttribute("taken"));
            default -> "";
        };
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter()
                .print("protocol=" + request.getProtocol() + "\nclickId=" + request.getAttribute("dev.epik.clickId")
                        + "\nconsent=" + consent(request)
                        + "\nbody=" + body);
    }

    @SuppressWarnings("unchecked")
    private static String consent(HttpServletRequest request) {
        Object asked = request.getServletContext().getAttribute("dev.epik.consent");
        return asked instanceof Function ? ((Function<HttpServletRequest, String>) asked).apply(request) : "no lookup";
    }
}
