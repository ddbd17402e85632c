// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.event.Visit;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The visit behind a servlet request: click id, IP address, user agent, page and consent.
 *
 * <p>The click id is the one the filter found on this very request, else the last valid {@code _epik} cookie: duplicates
 * are real, and Pinterest's tag takes the last. Consent is asked of {@code epik-filter} where it is installed; without it
 * {@code Sec-GPC: 1} and the script's own {@code _epik_consent=denied} count as denied and all else as granted, and one warning
 * for each web application says so. Without consent there is no click id.
 *
 * <p>WARNING: the IP address is {@code getRemoteAddr()}. Behind a proxy that is the proxy's, unless the container is told
 * to trust it (Tomcat's {@code RemoteIpValve}, Jetty's {@code ForwardedRequestCustomizer}) or {@link TrustedProxies} are named here.
 */
public final class ServletVisit {
    private static final Logger LOG = System.getLogger(ServletVisit.class.getName());

    private static final String CLICK_ID = "dev.epik.clickId";
    private static final String CONSENT = "dev.epik.consent";
    private static final String COOKIE = "_epik";
    private static final String ANSWER = "_epik_consent";

    /** On the servlet context: where a server shares this class among its web applications, each is warned for itself. */
    private static final String WARNED = "dev.epik.consent.warned";

    /** Holds nothing; two first requests at the same time are one warning. */
    private static final Object FIRST = new Object();

    private ServletVisit() {}

    /** Reads no parameter and no body. */
    public static Visit of(HttpServletRequest request) {
        return of(request, request.getRemoteAddr());
    }

    /** As {@link #of(HttpServletRequest)}, behind these proxies. */
    public static Visit of(HttpServletRequest request, TrustedProxies proxies) {
        return of(request, proxies.visitor(request.getRemoteAddr(), request.getHeaders(proxies.header())));
    }

    private static Visit of(HttpServletRequest request, @Nullable String ip) {
        Visit visit = withConsent(Visit.unknown(), request)
                .withIp(ip)
                .withUserAgent(request.getHeader("User-Agent"))
                .withPageUrl(pageUrl(request));
        return visit.consent() == Visit.Consent.GRANTED ? withClickId(visit, request) : visit;
    }

    private static Visit withClickId(Visit visit, HttpServletRequest request) {
        if (request.getAttribute(CLICK_ID) instanceof String landed) {
            return visit.withClickId(landed);
        }
        return cookies(request)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(cookie -> visit.withClickId(cookie.getValue()))
                .filter(found -> found.clickId() != null)
                .reduce(visit, (earlier, later) -> later);
    }

    /** The filter answers {@code state; reason}, through a JDK type, so that neither jar needs the other. */
    private static Visit withConsent(Visit visit, HttpServletRequest request) {
        if (request.getServletContext().getAttribute(CONSENT) instanceof Function<?, ?> filter) {
            @SuppressWarnings("unchecked")
            String answer = ((Function<HttpServletRequest, String>) filter).apply(request);
            int semicolon = answer.indexOf(';');
            String state = semicolon < 0 ? answer : answer.substring(0, semicolon);
            String reason = semicolon < 0
                    ? "epik-filter"
                    : answer.substring(semicolon + 1).strip();
            return visit.withConsent(state(state), reason);
        }
        warnOnce(request.getServletContext());
        if ("1".equals(request.getHeader("Sec-GPC"))) {
            return visit.withConsent(Visit.Consent.DENIED, "Sec-GPC: 1");
        }
        return cookies(request)
                        .anyMatch(cookie -> cookie.getName().equals(ANSWER)
                                && cookie.getValue().equals("denied"))
                ? visit.withConsent(Visit.Consent.DENIED, "cookie " + ANSWER)
                : visit.withConsent(Visit.Consent.GRANTED, "nobody asked");
    }

    private static void warnOnce(ServletContext context) {
        if (context.getAttribute(WARNED) != null) {
            return;
        }
        synchronized (FIRST) {
            if (context.getAttribute(WARNED) != null) {
                return;
            }
            context.setAttribute(WARNED, true);
        }
        LOG.log(
                Level.WARNING,
                "No epik-filter answers for consent in the web application \"" + context.getContextPath()
                        + "\": silence is taken for a yes. Put epik-filter into the same WAR, or call"
                        + " visit.withConsent(...) with the answer of your own banner");
    }

    private static Stream<Cookie> cookies(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null ? Stream.empty() : Stream.of(cookies);
    }

    private static Visit.Consent state(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "granted" -> Visit.Consent.GRANTED;
            case "denied" -> Visit.Consent.DENIED;
            default -> Visit.Consent.UNKNOWN;
        };
    }

    private static String pageUrl(HttpServletRequest request) {
        String query = request.getQueryString();
        return query == null ? request.getRequestURL().toString() : request.getRequestURL() + "?" + query;
    }
}
