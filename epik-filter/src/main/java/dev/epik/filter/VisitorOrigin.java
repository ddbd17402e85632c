// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host and the scheme that the visitor's browser asked for, through a proxy or not.
 *
 * <p>Forwarded headers are believed without a list of trusted proxies: whoever forges one changes the domain and the
 * {@code Secure} flag of his own cookie and nothing else.
 */
final class VisitorOrigin {
    private VisitorOrigin() {}

    /** Host and port as the browser sent them; null where the request has none. */
    static @Nullable String host(HttpServletRequest request) {
        String forwarded = first(request.getHeader("X-Forwarded-Host"));
        if (forwarded == null) {
            forwarded = forwardedParameter(request.getHeader("Forwarded"), "host");
        }
        return forwarded != null ? forwarded : request.getHeader("Host");
    }

    static boolean isHttps(HttpServletRequest request) {
        if (request.isSecure()) {
            return true;
        }
        String proto = first(request.getHeader("X-Forwarded-Proto"));
        if (proto == null) {
            proto = forwardedParameter(request.getHeader("Forwarded"), "proto");
        }
        return "https".equalsIgnoreCase(proto);
    }

    /** Whether a referrer names the very origin that this request was sent to: another site's click is not ours. */
    static boolean isSameOrigin(String url, HttpServletRequest request) {
        String host = host(request);
        String scheme = isHttps(request) ? "https://" : "http://";
        if (host == null || host.isEmpty() || !url.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return false;
        }
        int end = scheme.length() + host.length();
        return url.regionMatches(true, scheme.length(), host, 0, host.length())
                && (url.length() == end || "/?#".indexOf(url.charAt(end)) >= 0);
    }

    /**
     * Whether an {@code Origin} is the host that this request was sent to. Not its scheme: a proxy that ends TLS may keep that to
     * itself.
     */
    static boolean isSameHost(String origin, HttpServletRequest request) {
        String host = host(request);
        int slashes = origin.indexOf("://");
        return host != null && slashes > 0 && origin.substring(slashes + 3).equalsIgnoreCase(host);
    }

    /** The left-most entry of a list header is the one nearest to the visitor. */
    private static @Nullable String first(@Nullable String list) {
        if (list == null) {
            return null;
        }
        int comma = list.indexOf(',');
        String value = (comma < 0 ? list : list.substring(0, comma)).strip();
        return value.isEmpty() ? null : value;
    }

    /** A parameter of the first element of a Forwarded header (RFC 7239 §4), its quotes taken off. */
    private static @Nullable String forwardedParameter(@Nullable String header, String name) {
        String element = first(header);
        if (element == null) {
            return null;
        }
        for (String pair : element.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && pair.substring(0, equals)
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .equals(name)) {
                String value = pair.substring(equals + 1).strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return null;
    }
}
