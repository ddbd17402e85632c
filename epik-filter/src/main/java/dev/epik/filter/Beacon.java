// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Answers {@code POST /_epik}, by which the script reports the click id and the visitor's answer to the banner. The
 * filter then sets the cookie, because Safari deletes a script's cookie after days. A {@link PageEvent} is handed over
 * to the application. Stores nothing on the server. Thread-safe.
 *
 * <p>Only pages of the same origin are accepted, and there is no CORS: another site could otherwise set click ids.
 */
final class Beacon {
    private static final Logger LOG = System.getLogger(EpikFilter.class.getName());
    private static final int MAX_BODY_BYTES = 1024;
    private static final int TOO_LARGE = HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE;
    private static final int ACCEPTED = 0;

    private final Settings settings;
    private final Capture capture;
    private final CaptureCounters counters;

    Beacon(Settings settings, Capture capture, CaptureCounters counters) {
        this.settings = settings;
        this.capture = capture;
        this.counters = counters;
    }

    /** Returns whether a request is for the beacon's path. */
    boolean isFor(HttpServletRequest request) {
        String path = settings.beacon();
        String uri = path == null ? null : request.getRequestURI();
        if (path == null
                || uri == null
                || !uri.endsWith(path)
                || request.getDispatcherType() != DispatcherType.REQUEST) {
            return false;
        }
        String context = request.getContextPath();
        return uri.length() == context.length() + path.length() && uri.startsWith(context);
    }

    /**
     * Writes the response, always with {@code no-store}. {@code sendError} is not used: it would serve the
     * application's error page.
     */
    void answer(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        int refusal = refusal(request);
        String text = refusal == ACCEPTED ? read(request) : null;
        if (text != null && PageEvent.isIn(text)) {
            response.setStatus(text.length() > MAX_BODY_BYTES ? refuse(TOO_LARGE) : handOver(text, request));
            return;
        }
        text = text == null || text.length() > MAX_BODY_BYTES ? null : text;
        BeaconBody body = text == null ? null : BeaconBody.parse(text, settings.maxLength());
        if (body != null) {
            List<String> lines = capture.handleBeacon(body, request);
            lines.forEach(line -> response.addHeader("Set-Cookie", line));
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else if (text != null) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        } else if (refusal == ACCEPTED) {
            response.setStatus(TOO_LARGE);
        } else {
            response.setStatus(refusal);
            if (refusal == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
                response.setHeader("Allow", "POST");
            }
        }
    }

    /** Returns the status that refuses the request, or {@link #ACCEPTED}. */
    private static int refusal(HttpServletRequest request) {
        if (!"POST".equals(request.getMethod())) {
            return HttpServletResponse.SC_METHOD_NOT_ALLOWED;
        }
        if (!isSameOrigin(request)) {
            return HttpServletResponse.SC_FORBIDDEN;
        }
        String type = request.getHeader("Content-Type"); // Jetty's getContentType throws at an unknown charset
        int semicolon = type == null ? -1 : type.indexOf(';');
        String bare = type == null ? "" : (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        if (!bare.toLowerCase(Locale.ROOT).equals("text/plain")) {
            return HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE; // a form's body belongs to the application
        }
        return ACCEPTED;
    }

    /** Hands the page event of a body over to the application. Returns the status of the response. */
    private int handOver(String text, HttpServletRequest request) {
        Map<String, String> values = PageEvent.parse(text);
        if (values == null) {
            return refuse(HttpServletResponse.SC_BAD_REQUEST);
        }
        if (!(request.getServletContext().getAttribute(EpikFilter.CONTEXT_PAGE_EVENTS)
                instanceof BiConsumer<?, ?> application)) {
            counters.pageEventsUntaken.increment();
            return HttpServletResponse.SC_NOT_FOUND;
        }
        String page = request.getHeader("Referer");
        if (page != null && VisitorOrigin.isSameHost(page, request)) {
            values.put(PageEvent.PAGE, page);
        }
        try {
            @SuppressWarnings("unchecked")
            BiConsumer<HttpServletRequest, Map<String, String>> taker =
                    (BiConsumer<HttpServletRequest, Map<String, String>>) application;
            taker.accept(request, values);
            counters.pageEvents.increment();
            return HttpServletResponse.SC_NO_CONTENT;
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "The application failed at a page event: {0}",
                    e.getClass().getName());
            counters.pageEventsUntaken.increment();
            return HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        }
    }

    private int refuse(int status) {
        counters.pageEventsRefused.increment();
        return status;
    }

    /**
     * Returns whether a page of this origin sent the request. No script can set {@code Sec-Fetch-Site}. Browsers that
     * are too old to send it send {@code Origin} with a POST.
     */
    private static boolean isSameOrigin(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader("Origin");
        return origin != null && VisitorOrigin.isSameHost(origin, request);
    }

    /**
     * Returns the body, or one byte more than the limit if it is larger, regardless of {@code Content-Length}. No
     * decoder is needed, because bytes outside ASCII are invalid.
     */
    private static String read(HttpServletRequest request) {
        try {
            return new String(request.getInputStream().readNBytes(MAX_BODY_BYTES + 1), StandardCharsets.ISO_8859_1);
        } catch (IOException ignored) {
            return ""; // the browser closed the connection, so it does not receive the answer
        }
    }
}
