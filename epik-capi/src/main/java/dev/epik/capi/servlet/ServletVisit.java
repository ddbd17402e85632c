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
 * Reads the visit from a servlet request: click id, IP address, user agent, page and consent. Thread-safe.
 *
 * <p><b>Click id.</b> It is the one that the filter found on this request, otherwise that of the last valid
 * {@code _epik} cookie. Duplicate cookies occur, and Pinterest's tag takes the last one. Without consent there is no
 * click id.
 *
 * <p><b>Consent.</b> {@code epik-filter} decides. In an application without the filter, {@code Sec-GPC: 1} is a denial,
 * and the script's cookie {@code _epik_consent} is obeyed. Otherwise the consent is {@link Visit.Consent#UNKNOWN}: the
 * event is not stored, and one warning for each web application explains how to decide.
 *
 * <p><b>Behind a proxy</b> the IP address is {@code getRemoteAddr()}, which is that of the proxy. To get the visitor's,
 * configure the container (Tomcat's {@code RemoteIpValve}, Jetty's {@code ForwardedRequestCustomizer}) or pass
 * {@link TrustedProxies}.
 */
public final class ServletVisit {
    private static final Logger LOG = System.getLogger(ServletVisit.class.getName());

    private static final String CLICK_ID = "dev.epik.clickId";
    private static final String CONSENT = "dev.epik.consent";
    private static final String COOKIE = "_epik";
    private static final String CONSENT_COOKIE = "_epik_consent";

    /**
     * An attribute of the servlet context, so that each web application gets its warning even if they share this class.
     */
    private static final String WARNED = "dev.epik.consent.warned";

    /** A lock, so that two first requests at the same time cause one warning. */
    private static final Object WARNING_LOCK = new Object();

    private ServletVisit() {}

    /** Returns the visit of this request. Reads no parameter and no body. */
    public static Visit of(HttpServletRequest request) {
        return of(request, request.getRemoteAddr());
    }

    /**
     * Returns the visit of this request, as {@link #of(HttpServletRequest)} does, with the IP address that the trusted
     * proxies report; without an IP address if they report none.
     */
    public static Visit of(HttpServletRequest request, TrustedProxies proxies) {
        return of(request, address(request, proxies));
    }

    /**
     * Returns the visitor's address; null if the proxies do not name it.
     *
     * @param proxies null if no proxy is trusted
     */
    static @Nullable String address(HttpServletRequest request, @Nullable TrustedProxies proxies) {
        String remote = request.getRemoteAddr();
        return proxies == null ? remote : proxies.visitor(remote, request.getHeaders(proxies.header()));
    }

    private static Visit of(HttpServletRequest request, @Nullable String ip) {
        Visit visit = consent(request)
                .withIp(ip)
                .withUserAgent(request.getHeader("User-Agent"))
                .withPageUrl(pageUrl(request));
        return visit.consent() == Visit.Consent.GRANTED ? withClickId(visit, request) : visit;
    }

    private static Visit withClickId(Visit visit, HttpServletRequest request) {
        if (request.getAttribute(CLICK_ID) instanceof String clickId) {
            return visit.withClickId(clickId);
        }
        return cookies(request)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(cookie -> visit.withClickId(cookie.getValue()))
                .filter(found -> found.clickId() != null)
                .reduce(visit, (earlier, later) -> later);
    }

    /**
     * Asks the filter through a {@link Function}, so that neither jar needs the other. It returns {@code state;
     * reason}.
     */
    private static Visit consent(HttpServletRequest request) {
        if (request.getServletContext().getAttribute(CONSENT) instanceof Function<?, ?> filter) {
            @SuppressWarnings("unchecked")
            String answer = ((Function<HttpServletRequest, String>) filter).apply(request);
            int semicolon = answer.indexOf(';');
            String state = semicolon < 0 ? answer : answer.substring(0, semicolon);
            String reason = semicolon < 0
                    ? "epik-filter"
                    : answer.substring(semicolon + 1).strip();
            return Visit.of(state(state), reason);
        }
        return consentWithoutFilter(request);
    }

    private static Visit consentWithoutFilter(HttpServletRequest request) {
        String answer = cookies(request)
                .filter(cookie -> cookie.getName().equals(CONSENT_COOKIE))
                .map(Cookie::getValue)
                .reduce("", (earlier, later) -> later);
        if ("1".equals(request.getHeader("Sec-GPC")) && !answer.equals("denied")) {
            boolean isGrantedOtherwise = answer.equals("granted");
            return Visit.of(
                    Visit.Consent.DENIED, isGrantedOtherwise ? Visit.SEC_GPC : Visit.SEC_GPC + ", without consent");
        }
        if (answer.equals("denied") || answer.equals("granted")) {
            return Visit.of(state(answer), "cookie " + CONSENT_COOKIE);
        }
        warnOnce(request.getServletContext());
        return Visit.of(Visit.Consent.UNKNOWN, "no epik-filter in this application, and no cookie " + CONSENT_COOKIE);
    }

    private static void warnOnce(ServletContext context) {
        if (context.getAttribute(WARNED) != null) {
            return;
        }
        synchronized (WARNING_LOCK) {
            if (context.getAttribute(WARNED) != null) {
                return;
            }
            context.setAttribute(WARNED, true);
        }
        LOG.log(
                Level.WARNING,
                "The web application \"" + context.getContextPath()
                        + "\" has no epik-filter, so the consent of its visitors is unknown and their events are not"
                        + " stored. Add epik-filter to the same WAR, or call visit.withConsent(...) with the answer of"
                        + " your own banner. If the jar is there: a web.xml with metadata-complete=\"true\" or"
                        + " <absolute-ordering/> must declare the filter itself");
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
