// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a response may say to caches once it sets a visitor's cookie: nothing that lets a shared one keep it. A response with
 * {@code Set-Cookie} is not private by itself (RFC 9111 §7.3), and real sites have handed one visitor's cookie to all.
 */
final class CachePolicy {
    /** Where the application says nothing. Not {@code no-store}: that would keep the page out of the back/forward cache. */
    static final String BY_DEFAULT = "private, no-cache";

    /** {@code private} is added back, for all fields: {@code private="X"} lets a shared cache keep the rest. */
    private static final Set<String> DROPPED = Set.of("public", "private", "s-maxage", "immutable", "proxy-revalidate");

    private CachePolicy() {}

    static boolean isCacheControl(String header) {
        return header.equalsIgnoreCase("Cache-Control");
    }

    /** Headers that CDNs and proxies obey before Cache-Control, and the value of theirs that means: do not keep it. */
    static String forSharedCaches(String header, String value) {
        String name = header.toLowerCase(Locale.ROOT);
        if (name.endsWith("cdn-cache-control") || name.equals("surrogate-control") || name.equals("edge-control")) {
            return "no-store";
        }
        return name.equals("x-accel-expires") ? "0" : value;
    }

    /** The application's Cache-Control without what is for shared caches; stricter words stay. */
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

    /** Apart by commas, but not by those inside quotes: {@code no-cache="A, B", max-age=60}. */
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
