// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import org.jspecify.annotations.Nullable;

/**
 * The attribute {@code Domain} of the filter's cookies. Immutable and thread-safe.
 *
 * <p>The script's setting {@code data-domain} must choose the same domain; otherwise a visitor has two cookies.
 */
public final class CookieDomain {
    private static final CookieDomain AUTO = new CookieDomain("auto");
    private static final CookieDomain HOST_ONLY = new CookieDomain("host");

    private final String text;

    private CookieDomain(String text) {
        this.text = text;
    }

    /**
     * Returns the default: the host without a leading {@code www.}, as Pinterest's tag has it. Text form: {@code auto}.
     */
    public static CookieDomain auto() {
        return AUTO;
    }

    /**
     * Returns no domain: browsers send the cookie to the host that set it, and to no other. Text form: {@code host}.
     */
    public static CookieDomain hostOnly() {
        return HOST_ONLY;
    }

    /**
     * Returns a fixed domain. On a host that it does not cover, the cookie is for that host alone, because browsers
     * would refuse it. Text form: the domain.
     *
     * @param domain such as {@code shop.example}: in lower case, at least two labels, without a leading dot
     * @throws IllegalArgumentException if this is not a domain name; IP addresses are not
     */
    public static CookieDomain of(String domain) {
        if (!DomainNames.isDomain(domain)) {
            throw Settings.invalid(
                    "cookie-domain",
                    domain,
                    "auto, host, or a domain such as shop.example, in lower case, no leading dot");
        }
        return new CookieDomain(domain);
    }

    /** Reads the text form. */
    static CookieDomain parse(String text) {
        return switch (text) {
            case "auto" -> AUTO;
            case "host" -> HOST_ONLY;
            default -> of(text);
        };
    }

    /** Returns the domain for a response to this host, or null for a host-only cookie. */
    @Nullable
    String forHost(@Nullable String hostAndPort) {
        return switch (text) {
            case "auto" -> DomainNames.ofHost(hostAndPort);
            case "host" -> null;
            default -> DomainNames.explicit(text, hostAndPort);
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CookieDomain domain && text.equals(domain.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the text form. */
    @Override
    public String toString() {
        return text;
    }
}
