// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.demo.Demo;
import dev.epik.demo.DemoPinterest;
import dev.epik.demo.SameOrigin;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Serves {@code /inspector}, its data and its buttons. The page shows IP addresses and click ids, so by default it
 * responds only to this machine. The buttons work only with the simulated Pinterest: visitors cannot send events to a
 * real account.
 */
public final class InspectorServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final List<String> PROXY_HEADERS =
            List.of("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via");

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Demo demo = Demo.of(getServletContext());
        if (!isAllowed(request, demo)) {
            error(HttpServletResponse.SC_FORBIDDEN, demo, response);
            return;
        }
        InspectorState state = new InspectorState(demo);
        switch (path(request)) {
            case "" -> demo.pages().render("inspector", HttpServletResponse.SC_OK, page(demo), response);
            case "/delivery" -> demo.pages().render("delivery-alone", HttpServletResponse.SC_OK, page(demo), response);
            case "/events.json" -> json(state.received().toString(), response);
            case "/state.json" -> json(state.page().toString(), response);
            default -> error(HttpServletResponse.SC_NOT_FOUND, demo, response);
        }
    }

    private static Map<String, Object> page(Demo demo) {
        Map<String, Object> values = new HashMap<>();
        values.put("badge", demo.badge());
        values.put("note", demo.note());
        values.put("required", demo.consentRequired());
        values.put("storedIn", demo.storedIn());
        values.put("delivery", Delivery.of(demo));
        demo.pinterest().ifPresent(simulated -> values.put("pinterest", simulated.state()));
        values.put("states", DemoPinterest.State.values());
        return values;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Demo demo = Demo.of(getServletContext());
        if (!isAllowed(request, demo) || !SameOrigin.isOwn(request)) {
            error(HttpServletResponse.SC_FORBIDDEN, demo, response);
            return;
        }
        if (demo.pinterest().isEmpty()) {
            error(HttpServletResponse.SC_NOT_FOUND, demo, response);
            return;
        }
        try {
            switch (path(request)) {
                case "/pinterest" -> {
                    Optional<DemoPinterest.State> state = DemoPinterest.State.ofCode(text(request, "state"));
                    if (state.isEmpty()) {
                        response.sendError(HttpServletResponse.SC_BAD_REQUEST);
                        return;
                    }
                    demo.pinterest().get().setState(state.get());
                    demo.epik().resume();
                }
                case "/try-now" -> demo.epik().resume();
                case "/redrive" ->
                    redrive(demo, text(request, "id"), !text(request, "force").isEmpty());
                default -> {
                    error(HttpServletResponse.SC_NOT_FOUND, demo, response);
                    return;
                }
            }
        } catch (OutboxException ignored) {
            // the page that follows shows it
        }
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", "/inspector#delivery");
        response.setHeader("Cache-Control", "no-store");
    }

    /** @param id the event id of one dead letter; empty: all */
    private static void redrive(Demo demo, String id, boolean force) {
        DeadLetter.Scope scope = force ? DeadLetter.Scope.INCLUDE_EXPIRED : DeadLetter.Scope.RECENT;
        List<DeadLetter> before = demo.epik().deadLetters(Integer.MAX_VALUE);
        if (id.isEmpty()) {
            demo.epik().redriveAll(scope);
        } else {
            demo.epik().redrive(id, scope);
        }
        List<DeadLetter> still = demo.epik().deadLetters(Integer.MAX_VALUE);
        demo.journal()
                .redriven(before.stream()
                        .filter(letter -> !still.contains(letter))
                        .map(DeadLetter::event)
                        .toList());
    }

    private static void error(int status, Demo demo, HttpServletResponse response) throws IOException {
        demo.pages().render("not-for-you", status, Map.of(), response);
    }

    private static String path(HttpServletRequest request) {
        return Optional.ofNullable(request.getPathInfo()).orElse("");
    }

    private static String text(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).orElse("");
    }

    private static boolean isAllowed(HttpServletRequest request, Demo demo) throws IOException {
        return demo.inspectorForAll() || isFromThisMachine(request);
    }

    /**
     * Returns whether a browser on this machine sent the request. Requests through a proxy do not count. The host name
     * must be a local one, because another site can let its own name resolve to 127.0.0.1.
     */
    private static boolean isFromThisMachine(HttpServletRequest request) throws IOException {
        boolean proxied = PROXY_HEADERS.stream().anyMatch(name -> request.getHeader(name) != null);
        return !proxied
                && LOCAL_NAMES.contains(request.getServerName().toLowerCase(Locale.ROOT))
                && InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
    }

    private static void json(String body, HttpServletResponse response) throws IOException {
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getWriter().write(body);
    }
}
