// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.consent.CookiePairs;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the {@code Set-Cookie} lines for one visitor. A request does not contain the domain that a cookie was set for.
 * A cookie is therefore erased for the host and for every domain that covers it. Immutable and thread-safe.
 */
final class VisitorCookies {
    /** Pinterest's tag expires the same three cookies when it is configured to keep no first-party cookie. */
    private static final List<String> ERASED = List.of(ClickId.COOKIE, "_derived_epik", "_pin_unauth");

    private final Settings settings;

    VisitorCookies(Settings settings) {
        this.settings = settings;
    }

    /** Returns the line that stores the click id. */
    String clickIdLine(String clickId, HttpServletRequest request) {
        return SetCookie.write(clickId, domain(request), settings.lifetime(), isSecure(request));
    }

    /**
     * Returns the lines that erase the click id and the cookies that Pinterest's tag derived from it. The script, the
     * tag, an earlier setting or another host of the shop may have written them for another domain than this filter.
     *
     * @param cookies the cookies of the request; a name that is not among them gets no line
     */
    List<String> eraseLines(String cookies, HttpServletRequest request) {
        boolean secure = isSecure(request);
        List<String> domains = DomainNames.allOf(VisitorOrigin.host(request));
        List<String> lines = new ArrayList<>();
        for (String name : ERASED) {
            if (CookiePairs.find(cookies, name, 0) >= 0) {
                lines.add(SetCookie.erase(name, null, secure));
                domains.forEach(domain -> lines.add(SetCookie.erase(name, domain, secure)));
            }
        }
        return lines;
    }

    /**
     * Returns the lines that store the visitor's answer to the banner. If the request has an older answer that differs,
     * the older one is erased for every domain, so that the last answer counts. A denial also replaces it for the
     * parent domains.
     *
     * @param answer {@code granted} or {@code denied}
     * @param cookies the cookies of the request
     */
    List<String> answerLines(String answer, String cookies, HttpServletRequest request) {
        boolean secure = isSecure(request);
        String own = domain(request);
        List<String> lines = new ArrayList<>();
        if (CookiePairs.all(cookies, BuiltInConsent.VISITOR_COOKIE).stream().anyMatch(older -> !older.equals(answer))) {
            if (own != null) {
                lines.add(SetCookie.erase(BuiltInConsent.VISITOR_COOKIE, null, secure));
            }
            for (String domain : DomainNames.allOf(VisitorOrigin.host(request))) {
                if (!domain.equals(own)) {
                    lines.add(
                            answer.equals("denied")
                                    ? SetCookie.answer(answer, domain, secure)
                                    : SetCookie.erase(BuiltInConsent.VISITOR_COOKIE, domain, secure));
                }
            }
        }
        lines.add(SetCookie.answer(answer, own, secure));
        return lines;
    }

    /** Returns whether the visitor's browser used https, according to the request or the setting {@code secure}. */
    boolean isHttps(HttpServletRequest request) {
        return settings.secure() == Secure.ALWAYS || VisitorOrigin.isHttps(request);
    }

    private boolean isSecure(HttpServletRequest request) {
        return settings.secure() != Secure.NEVER && isHttps(request);
    }

    private @Nullable String domain(HttpServletRequest request) {
        return settings.cookieDomain().forHost(VisitorOrigin.host(request));
    }
}
