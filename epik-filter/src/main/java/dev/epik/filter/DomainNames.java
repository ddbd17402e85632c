// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the {@code Domain} of a cookie. The default is the one that Pinterest's tag uses, the host without a
 * leading {@code www.}: the tag and the filter then overwrite each other's cookie instead of creating duplicates. Pure
 * functions.
 */
final class DomainNames {
    /** RFC 1035 §2.3.4. */
    private static final int MAX_NAME_LENGTH = 253;

    private static final int MAX_LABEL_LENGTH = 63;

    /** Each domain is up to three header lines, and containers have 8 kB for all headers of a response. */
    private static final int MAX_DOMAINS = 6;

    /** Names that registries reserve below a country's domain of two letters. */
    private static final Set<String> SECOND_LEVELS = Set.of(
            "ac", "co", "com", "edu", "gob", "gov", "ltd", "me", "mil", "ne", "net", "nhs", "nom", "or", "org", "plc",
            "sch");

    private DomainNames() {}

    /**
     * Returns the host without a port and without one leading {@code www.}. Returns null, which means a host-only
     * cookie, for everything that no browser accepts as a cookie's domain: IP addresses, single labels and names that
     * DNS does not know.
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

    /**
     * Returns the domain that the operator set if it covers the host; otherwise null, because a browser would refuse
     * it.
     */
    static @Nullable String explicit(String domain, @Nullable String hostAndPort) {
        String host = ofHost(hostAndPort);
        return host != null && (host.equals(domain) || host.endsWith("." + domain)) ? domain : null;
    }

    /**
     * Returns every domain that a cookie can have which a browser sends to this host: the host without {@code www.},
     * and its parents of two labels or more, the narrowest first. At most {@value #MAX_DOMAINS}: for a longer name
     * those in the middle are left out. Browsers ignore a cookie for a public suffix, such as {@code co.uk}, so none
     * has to be known here.
     */
    static List<String> allOf(@Nullable String hostAndPort) {
        List<String> domains = new ArrayList<>();
        for (String domain = ofHost(hostAndPort); domain != null; ) {
            domains.add(domain);
            String parent = domain.substring(domain.indexOf('.') + 1);
            domain = parent.indexOf('.') < 0 ? null : parent;
        }
        while (domains.size() > MAX_DOMAINS) {
            domains.remove(1);
        }
        return domains;
    }

    /**
     * Returns whether a domain looks like one for which browsers accept no cookie, such as {@code co.uk} or
     * {@code com.au}.
     */
    static boolean looksLikePublicSuffix(String domain) {
        int dot = domain.indexOf('.');
        return domain.length() - dot == 3 && SECOND_LEVELS.contains(domain.substring(0, dot));
    }

    /**
     * Returns whether this is a domain name: at least two labels of lower-case letters, digits and inner hyphens. The
     * last label has a letter, because otherwise it is an address.
     */
    static boolean isDomain(String name) {
        if (name.length() > MAX_NAME_LENGTH) {
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
        if (from == to || to - from > MAX_LABEL_LENGTH || name.charAt(from) == '-' || name.charAt(to - 1) == '-') {
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
