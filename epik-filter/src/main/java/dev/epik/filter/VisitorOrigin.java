// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host and the scheme that the visitor's browser requested, also if the request came through a proxy. Pure
 * functions.
 *
 * <p>Forwarded headers are used without a list of trusted proxies: a visitor who forges one changes only the domain and
 * the {@code Secure} flag of their own cookie.
 */
final class VisitorOrigin {
    private VisitorOrigin() {}

    /**
     * Returns the host, with its port unless that is 80 or 443, or null if the request has none. The header
     * {@code Host} is not read: HTTP/2 requests have none, and a filter that evaluates forwarded headers, such as
     * Spring's, corrects only {@code getServerName()}.
     */
    static @Nullable String host(HttpServletRequest request) {
        String forwarded = first(request.getHeader("X-Forwarded-Host"));
        if (forwarded == null) {
            forwarded = forwardedParameter(request.getHeader("Forwarded"), "host");
        }
        return forwarded == null ? serverName(request) : withoutPort(withoutPort(forwarded, ":80"), ":443");
    }

    private static @Nullable String serverName(HttpServletRequest request) {
        String name = request.getServerName();
        if (name == null || name.isEmpty()) {
            return null;
        }
        boolean isBareIpv6 = name.indexOf(':') >= 0 && name.charAt(0) != '[';
        String host = isBareIpv6 ? "[" + name + "]" : name;
        int port = request.getServerPort();
        return port <= 0 || port == 80 || port == 443 ? host : host + ":" + port;
    }

    /** Returns whether the visitor's browser used https. Load balancers report that under several names. */
    static boolean isHttps(HttpServletRequest request) {
        if (request.isSecure()) {
            return true;
        }
        String proto = first(request.getHeader("X-Forwarded-Proto"));
        if (proto == null) {
            proto = forwardedParameter(request.getHeader("Forwarded"), "proto");
        }
        if (proto == null) {
            proto = first(request.getHeader("CloudFront-Forwarded-Proto"));
        }
        return proto != null
                ? proto.equalsIgnoreCase("https")
                : "on".equalsIgnoreCase(request.getHeader("X-Forwarded-Ssl"))
                        || "on".equalsIgnoreCase(request.getHeader("Front-End-Https"));
    }

    /**
     * Returns whether a referrer is of the origin that this request was sent to. Another site's click id is not used.
     *
     * @param https whether the visitor's browser used https, as far as known
     */
    static boolean isSameOrigin(String url, HttpServletRequest request, boolean https) {
        String scheme = https ? "https://" : "http://";
        return url.regionMatches(true, 0, scheme, 0, scheme.length()) && isSameHost(url, request);
    }

    /**
     * Returns whether a URL, such as the value of {@code Origin}, names the host that this request was sent to. Its
     * scheme is not compared: a proxy that ends TLS may not report it.
     */
    static boolean isSameHost(String url, HttpServletRequest request) {
        String host = host(request);
        int slashes = url.indexOf("://");
        if (host == null || host.isEmpty() || slashes <= 0) {
            return false;
        }
        boolean https = url.regionMatches(true, 0, "https", 0, slashes);
        String requested = withoutPort(authority(url, slashes + 3), https ? ":443" : ":80");
        if (requested.equalsIgnoreCase(host)) {
            return true;
        }
        // A proxy may report the port apart from the host, or report its own port instead of the visitor's.
        String port = first(request.getHeader("X-Forwarded-Port"));
        boolean hasPort = host.indexOf(':', host.indexOf(']') + 1) >= 0;
        return port != null && !hasPort && requested.equalsIgnoreCase(host + ":" + port);
    }

    private static String authority(String url, int from) {
        int end = from;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.substring(from, end);
    }

    private static String withoutPort(String host, String port) {
        return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }

    /** Returns the left-most entry of a list header, which is the one nearest to the visitor, or null. */
    private static @Nullable String first(@Nullable String list) {
        if (list == null) {
            return null;
        }
        int comma = list.indexOf(',');
        String value = (comma < 0 ? list : list.substring(0, comma)).strip();
        return value.isEmpty() ? null : value;
    }

    /** Returns a parameter of the first element of a Forwarded header (RFC 7239 §4) without its quotes. */
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
