// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code Set-Cookie} lines. They are written by hand so that they are the same bytes on every container: Jetty's
 * {@code addCookie} adds an {@code Expires} of 1970 to the response, Tomcat's refuses some domains, and neither has
 * {@code SameSite} before Servlet 6.
 *
 * <p>The value comes validated from {@link ClickId} and the domain from {@link CookieDomain}. Nothing else is appended.
 *
 * <p>The cookie is not {@code HttpOnly}: Pinterest's tag reads it, and would create a second one if it could not.
 */
final class SetCookie {
    private static final Duration ANSWER_LIFETIME = Duration.ofDays(180);

    private SetCookie() {}

    /** @param domain null for a host-only cookie */
    static String write(String clickId, @Nullable String domain, Duration lifetime, boolean secure) {
        return line(ClickId.COOKIE, clickId, domain, lifetime, secure);
    }

    static String erase(String name, @Nullable String domain, boolean secure) {
        return line(name, "", domain, Duration.ZERO, secure);
    }

    /**
     * The visitor's answer to the banner, {@code granted} or {@code denied}, for as long as CNIL advises to keep one.
     */
    static String answer(String word, @Nullable String domain, boolean secure) {
        return line(ConsentCookies.OWN, word, domain, ANSWER_LIFETIME, secure);
    }

    private static String line(String name, String value, @Nullable String domain, Duration lifetime, boolean secure) {
        String forDomain = domain == null ? "" : "; Domain=" + domain;
        String attributes = secure ? "; SameSite=Lax; Secure" : "; SameSite=Lax";
        return name + '=' + value + "; Path=/; Max-Age=" + lifetime.toSeconds() + forDomain + attributes;
    }
}
