// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code Domain} the cookie gets. The default is the one Pinterest's tag uses, the host without a leading
 * {@code www.}, so that tag and filter overwrite each other's cookie instead of making twins.
 */
final class CookieDomain {
    /** RFC 1035 §2.3.4. */
    private static final int LONGEST_NAME = 253;

    private static final int LONGEST_LABEL = 63;

    private CookieDomain() {}

    /**
     * The host without a port and without one leading {@code www.}; null, which means a host-only cookie, for all that
     * no browser would accept as a cookie's domain: IP addresses, single labels, names that DNS does not know.
     */
    static @Nullable String ofHost(@Nullable String hostAndPort) {
        if (hostAndPort == null || hostAndPort.startsWith("[")) {
            return null;
        }
        int colon = hostAndPort.indexOf(':');
        String host = (colon < 0 ? hostAndPort : hostAndPort.substring(0, colon)).toLowerCase(Locale.ROOT);
        String domain = host.startsWith("www.") ? host.substring(4) : host;
        return isDomain(domain) ? domain : null;
    }

    /** The domain the operator set, where it covers the host; null, a host-only cookie, where a browser would refuse it. */
    static @Nullable String explicit(String domain, @Nullable String hostAndPort) {
        String host = ofHost(hostAndPort);
        return host != null && (host.equals(domain) || host.endsWith("." + domain)) ? domain : null;
    }

    /** At least two labels of letters, digits and inner hyphens, the last of them not all digits (that is an address). */
    static boolean isDomain(String name) {
        if (name.length() > LONGEST_NAME) {
            return false;
        }
        int labelStart = 0;
        int labels = 0;
        boolean lastHasLetter = false;
        for (int i = 0; i <= name.length(); i++) {
            if (i == name.length() || name.charAt(i) == '.') {
                if (!isLabel(name, labelStart, i)) {
                    return false;
                }
                lastHasLetter = hasLetter(name, labelStart, i);
                labels++;
                labelStart = i + 1;
            }
        }
        return labels > 1 && lastHasLetter;
    }

    private static boolean isLabel(String name, int from, int to) {
        if (from == to || to - from > LONGEST_LABEL || name.charAt(from) == '-' || name.charAt(to - 1) == '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasLetter(String name, int from, int to) {
        for (int i = from; i < to; i++) {
            if (name.charAt(i) >= 'a') {
                return true;
            }
        }
        return false;
    }
}
