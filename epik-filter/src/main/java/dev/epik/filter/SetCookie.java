// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Set-Cookie} line, attribute by attribute. Written by hand so that it is the same bytes on every container:
 * Jetty's {@code addCookie} adds an {@code Expires} of 1970 to the response, Tomcat's refuses domains, and neither has
 * {@code SameSite} before Servlet 6.
 *
 * <p>Value and domain come validated from {@link ClickId} and {@link CookieDomain}; nothing else is appended.
 *
 * <p>Not {@code HttpOnly}: Pinterest's tag reads this cookie, and would mint a second one if it could not.
 */
final class SetCookie {
    private SetCookie() {}

    /** {@code domain} null makes a host-only cookie. */
    static String write(String clickId, @Nullable String domain, Duration lifetime, boolean secure) {
        return line(clickId, domain, lifetime.toSeconds(), secure);
    }

    static String erase(@Nullable String domain, boolean secure) {
        return line("", domain, 0, secure);
    }

    private static String line(String value, @Nullable String domain, long maxAge, boolean secure) {
        StringBuilder line = new StringBuilder(value.length() + 120);
        line.append(ClickId.COOKIE).append('=').append(value);
        line.append("; Path=/; Max-Age=").append(maxAge);
        if (domain != null) {
            line.append("; Domain=").append(domain);
        }
        line.append("; SameSite=Lax");
        if (secure) {
            line.append("; Secure");
        }
        return line.toString();
    }
}
