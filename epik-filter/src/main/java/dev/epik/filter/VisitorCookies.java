// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Set-Cookie} lines for one visitor: a request does not tell for which domain a cookie was set, so whatever
 * must be gone is erased for the host and for every domain that covers it. Thread-safe.
 */
final class VisitorCookies {
    /** Pinterest's tag expires the same three when it is told to keep no first-party cookie. */
    private static final List<String> ERASED = List.of(ClickId.COOKIE, "_derived_epik", "_pin_unauth");

    private final Settings settings;

    VisitorCookies(Settings settings) {
        this.settings = settings;
    }

    String writing(String clickId, HttpServletRequest request) {
        return SetCookie.write(clickId, domain(request), settings.lifetime(), isSecure(request));
    }

    /**
     * Erases the click id and what Pinterest's tag derived from it. The script, the tag, an earlier setting or another
     * host of the shop may have written them for another domain than this filter does.
     *
     * @param carried the request's cookies; a name that is not among them gets no line
     */
    List<String> erasing(String carried, HttpServletRequest request) {
        boolean secure = isSecure(request);
        List<String> domains = CookieDomain.allOf(VisitorOrigin.host(request));
        List<String> lines = new ArrayList<>();
        for (String name : ERASED) {
            if (CookieHeader.find(carried, name, 0) >= 0) {
                lines.add(SetCookie.erase(name, null, secure));
                domains.forEach(domain -> lines.add(SetCookie.erase(name, domain, secure)));
            }
        }
        return lines;
    }

    /**
     * Stores the visitor's answer. If the request has an older answer that differs, that one is erased everywhere, so
     * that the last answer counts, whatever host the older one was given on. A denial then replaces it for the parent
     * domains too.
     *
     * @param word {@code granted} or {@code denied}
     * @param carried the request's cookies
     */
    List<String> answering(String word, String carried, HttpServletRequest request) {
        boolean secure = isSecure(request);
        String own = domain(request);
        List<String> lines = new ArrayList<>();
        if (CookieHeader.all(carried, ConsentCookies.OWN).stream().anyMatch(older -> !older.equals(word))) {
            if (own != null) {
                lines.add(SetCookie.erase(ConsentCookies.OWN, null, secure));
            }
            for (String domain : CookieDomain.allOf(VisitorOrigin.host(request))) {
                if (!domain.equals(own)) {
                    lines.add(
                            word.equals("denied")
                                    ? SetCookie.answer(word, domain, secure)
                                    : SetCookie.erase(ConsentCookies.OWN, domain, secure));
                }
            }
        }
        lines.add(SetCookie.answer(word, own, secure));
        return lines;
    }

    /** Returns whether the visitor's browser used https: as the request says, or because the operator says so. */
    boolean isHttps(HttpServletRequest request) {
        return settings.secure() == Settings.Secure.ALWAYS || VisitorOrigin.isHttps(request);
    }

    private boolean isSecure(HttpServletRequest request) {
        return settings.secure() != Settings.Secure.NEVER && isHttps(request);
    }

    private @Nullable String domain(HttpServletRequest request) {
        String host = VisitorOrigin.host(request);
        return switch (settings.cookieDomain()) {
            case "auto" -> CookieDomain.ofHost(host);
            case "host" -> null;
            default -> CookieDomain.explicit(settings.cookieDomain(), host);
        };
    }
}
