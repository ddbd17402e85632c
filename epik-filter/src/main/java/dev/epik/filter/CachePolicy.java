// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Rewrites cache headers of a response that sets a visitor's cookie, so that no shared cache stores it. A response with
 * {@code Set-Cookie} is not private by itself (RFC 9111 §7.3), and real sites have handed one visitor's cookie to
 * others. Pure functions.
 */
final class CachePolicy {
    /**
     * The value if the application sets none. {@code no-store} is not used, because it disables the back/forward cache.
     */
    static final String DEFAULT = "private, no-cache";

    /** {@code private} is added again without fields: {@code private="X"} lets a shared cache store the rest. */
    private static final Set<String> DROPPED = Set.of("public", "private", "s-maxage", "immutable", "proxy-revalidate");

    private CachePolicy() {}

    static boolean isCacheControl(String header) {
        return header.equalsIgnoreCase("Cache-Control");
    }

    /**
     * Returns a value that keeps CDNs and proxies from storing the response, for headers that they obey before
     * Cache-Control.
     */
    static String forSharedCaches(String header, String value) {
        String name = header.toLowerCase(Locale.ROOT);
        if (name.endsWith("cdn-cache-control") || name.equals("surrogate-control") || name.equals("edge-control")) {
            return "no-store";
        }
        return switch (name) {
            case "x-accel-expires" -> "0";
            case "x-litespeed-cache-control" -> "no-cache";
            default -> value;
        };
    }

    /** Returns a Cache-Control without the directives that let shared caches store the response. Stricter ones stay. */
    static String madePrivate(String cacheControl) {
        List<String> kept = new ArrayList<>(List.of("private"));
        for (String directive : directives(cacheControl)) {
            int equals = directive.indexOf('=');
            String name = (equals < 0 ? directive : directive.substring(0, equals))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (name.equals("no-store")) {
                return "no-store";
            }
            if (!name.isEmpty() && !DROPPED.contains(name)) {
                kept.add(directive);
            }
        }
        return String.join(", ", kept);
    }

    /** Splits at commas, except at those inside quotes: {@code no-cache="A, B", max-age=60}. */
    private static List<String> directives(String cacheControl) {
        List<String> directives = new ArrayList<>();
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i <= cacheControl.length(); i++) {
            boolean end = i == cacheControl.length();
            quoted = !end && (cacheControl.charAt(i) == '"') != quoted;
            if (end || (cacheControl.charAt(i) == ',' && !quoted)) {
                directives.add(cacheControl.substring(from, i).strip());
                from = i + 1;
            }
        }
        return directives;
    }
}
