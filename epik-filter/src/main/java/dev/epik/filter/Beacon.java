// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /_epik}, where the script tells what it found: a cookie that a server sets outlives one that a script sets
 * (Safari forgets those after days), and a banner's answer reaches a filter that waits for one. Keeps nothing on the server.
 *
 * <p>Only for pages of the very same origin, since whoever may post here may plant a click; so there is no CORS either.
 */
final class Beacon {
    private static final int LARGEST_BODY = 1024;
    private static final int GO_ON = 0;

    private final Settings settings;
    private final Capture capture;

    Beacon(Settings settings, Capture capture) {
        this.settings = settings;
        this.capture = capture;
    }

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

    /** Always with {@code no-store}; never by {@code sendError}, which would fetch the application's error page. */
    void answer(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        int refusal = refusal(request);
        String body = refusal == GO_ON ? body(request) : null;
        BeaconBody told = body == null ? null : BeaconBody.parse(body, settings.maxLength());
        if (told != null) {
            List<String> lines = capture.told(told, request);
            lines.forEach(line -> response.addHeader("Set-Cookie", line));
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else if (body != null) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        } else if (refusal == GO_ON) {
            response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
        } else {
            response.setStatus(refusal);
            if (refusal == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
                response.setHeader("Allow", "POST");
            }
        }
    }

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
        return request.getContentLengthLong() > LARGEST_BODY ? HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE : GO_ON;
    }

    /** No script can write {@code Sec-Fetch-Site}; a browser too old to send it sends {@code Origin} with a POST. */
    private static boolean isSameOrigin(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader("Origin");
        return origin != null && VisitorOrigin.isSameHost(origin, request);
    }

    /** Null where it is over a kilobyte, whatever its headers say. Not by a reader: bytes outside ASCII are no click id. */
    private static @Nullable String body(HttpServletRequest request) {
        try {
            byte[] bytes = request.getInputStream().readNBytes(LARGEST_BODY + 1);
            return bytes.length > LARGEST_BODY ? null : new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return ""; // the visitor went away in the middle; nobody reads the answer
        }
    }
}
