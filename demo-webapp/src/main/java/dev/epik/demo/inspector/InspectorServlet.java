// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.demo.Demo;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** {@code /inspector} and its data. Shows IP addresses and click ids, so it answers this machine alone unless told otherwise. */
public final class InspectorServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Demo demo = Demo.of(getServletContext());
        if (!demo.inspectorForAll() && !isFromThisMachine(request)) {
            demo.pages().render("not-for-you", HttpServletResponse.SC_FORBIDDEN, Map.of(), response);
            return;
        }
        InspectorState state = new InspectorState(demo);
        switch (Optional.ofNullable(request.getPathInfo()).orElse("")) {
            case "" ->
                demo.pages()
                        .render(
                                "inspector",
                                HttpServletResponse.SC_OK,
                                Map.of("badge", demo.badge(), "note", demo.note(), "required", demo.consentRequired()),
                                response);
            case "/events.json" -> json(state.received().toString(), response);
            case "/state.json" -> json(state.page().toString(), response);
            default -> demo.pages().render("not-for-you", HttpServletResponse.SC_NOT_FOUND, Map.of(), response);
        }
    }

    /** A proxy on this machine stands for somebody else. */
    private static boolean isFromThisMachine(HttpServletRequest request) throws IOException {
        boolean proxied = request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null;
        return !proxied && InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
    }

    private static void json(String body, HttpServletResponse response) throws IOException {
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getWriter().write(body);
    }
}
