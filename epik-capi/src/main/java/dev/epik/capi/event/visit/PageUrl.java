// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.visit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a page's URL down to what may be sent: scheme, host, path and the query parameters that name a campaign.
 *
 * <p>All other parameters are personal or may be: the secret of a reset link, the text of a search, the address of a
 * newsletter's reader. Some newsletters put that address into a path or into a parameter of a campaign, so whatever
 * looks like an email address is cut off too. So is everything behind a semicolon, because {@code ;jsessionid=} is a
 * session.
 */
public final class PageUrl {
    /** An at sign in any encoding, with text on both sides: {@code /@jane} is the page of a profile. */
    private static final Pattern ADDRESS =
            Pattern.compile("[^/=](@|%40|\uFF20|%EF%BC%A0)[^/]", Pattern.CASE_INSENSITIVE);

    private static final Pattern PATH_PARAMETER = Pattern.compile(";[^/]*");

    /** A percent sign that was encoded, once or several times: each redirect does it once more. */
    private static final Pattern PERCENT = Pattern.compile("%(25)+");

    private PageUrl() {}

    /** Returns what may be sent of a URL; null if it is null or not an absolute http or https URL. */
    public static @Nullable String trim(@Nullable String url) {
        if (url == null || !(url.startsWith("https://") || url.startsWith("http://"))) {
            return null;
        }
        int fragment = url.indexOf('#');
        int end = fragment < 0 ? url.length() : fragment;
        int query = url.indexOf('?');
        if (query < 0 || query > end) {
            return page(url.substring(0, end));
        }
        String page = page(url.substring(0, query));
        StringBuilder kept = new StringBuilder(url.length()).append(page);
        for (int at = query + 1; at <= end; ) {
            int next = endOfPair(url, at, end);
            if (url.startsWith("epik=", at) || url.startsWith("utm_", at)) {
                String pair = url.substring(at, next);
                if (!mayContainAddress(pair)) {
                    kept.append(kept.length() == page.length() ? '?' : '&').append(pair);
                }
            }
            at = next + 1;
        }
        return kept.toString();
    }

    /**
     * Returns scheme and host of a URL that {@link #trim} returned, with a slash as browsers write an origin's page.
     */
    public static String origin(String trimmed) {
        int at = trimmed.indexOf("//") + 2;
        while (at < trimmed.length() && "/\\?".indexOf(trimmed.charAt(at)) < 0) {
            at++;
        }
        return trimmed.substring(0, at) + "/";
    }

    /** Returns a URL that {@link #trim} returned without its query. */
    public static String withoutQuery(String trimmed) {
        int query = trimmed.indexOf('?');
        return query < 0 ? trimmed : trimmed.substring(0, query);
    }

    private static int endOfPair(String url, int from, int end) {
        int at = from;
        while (at < end && url.charAt(at) != '&' && url.charAt(at) != ';') {
            at++;
        }
        return at;
    }

    private static String page(String url) {
        if (url.indexOf(';') < 0 && url.indexOf('@') < 0 && !mayContainAddress(url)) {
            return url; // nearly always
        }
        int host = url.indexOf("//") + 2;
        int slash = url.indexOf('/', host);
        String origin = slash < 0 ? url : url.substring(0, slash);
        String path = slash < 0 ? "" : withoutParameters(url.substring(slash));
        int at = origin.lastIndexOf('@');
        return (at < host ? origin : origin.substring(0, host) + origin.substring(at + 1))
                + (mayContainAddress(path) ? "/" : path);
    }

    private static String withoutParameters(String path) {
        return path.indexOf(';') < 0 ? path : PATH_PARAMETER.matcher(path).replaceAll("");
    }

    private static boolean mayContainAddress(String part) {
        if (part.indexOf('@') < 0 && part.indexOf('%') < 0 && part.indexOf('\uFF20') < 0) {
            return false; // nearly always
        }
        return ADDRESS.matcher(PERCENT.matcher(part).replaceAll("%")).find();
    }
}
