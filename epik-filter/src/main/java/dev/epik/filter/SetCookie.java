// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code Set-Cookie} lines. They are written by hand so that they are the same bytes on every container: Jetty's
 * {@code addCookie} adds an {@code Expires} of 1970 to the response, Tomcat's refuses some domains, and neither has
 * {@code SameSite} before Servlet 6.
 *
 * <p>The value comes validated from {@link ClickId} and the domain from {@link DomainNames}. Nothing else is appended.
 *
 * <p>The cookie is not {@code HttpOnly}: Pinterest's tag reads it, and would create a second one if it could not.
 */
final class SetCookie {
    private static final Duration ANSWER_LIFETIME = Duration.ofDays(180);

    private SetCookie() {}

    /**
     * Returns the line that stores the click id.
     *
     * @param domain null for a host-only cookie
     */
    static String write(String clickId, @Nullable String domain, Duration lifetime, boolean secure) {
        return line(ClickId.COOKIE, clickId, domain, lifetime, secure);
    }

    /** Returns the line that erases a cookie for one domain, or for the host if the domain is null. */
    static String erase(String name, @Nullable String domain, boolean secure) {
        return line(name, "", domain, Duration.ZERO, secure);
    }

    /**
     * Returns the line that stores the visitor's answer to the banner, {@code granted} or {@code denied}. CNIL advises
     * to keep it for six months.
     */
    static String answer(String answer, @Nullable String domain, boolean secure) {
        return line(BuiltInConsent.VISITOR_COOKIE, answer, domain, ANSWER_LIFETIME, secure);
    }

    private static String line(String name, String value, @Nullable String domain, Duration lifetime, boolean secure) {
        String forDomain = domain == null ? "" : "; Domain=" + domain;
        String attributes = secure ? "; SameSite=Lax; Secure" : "; SameSite=Lax";
        return name + '=' + value + "; Path=/; Max-Age=" + lifetime.toSeconds() + forDomain + attributes;
    }
}
