// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a page's URL may travel: scheme, host, path and the query parameters that name a campaign. All others stay: a
 * reset link carries its secret in the query, a search its text, a newsletter the reader's address. A path or a parameter
 * that looks like an email address stays too, whatever its name: some newsletters put the reader's address there. So does
 * what stands behind a semicolon: {@code ;jsessionid=} is a session.
 */
final class SourceUrl {
    /** {@code /@jane} is a profile's page. */
    private static final Pattern ADDRESS =
            Pattern.compile("[^/=](@|%40|\uFF20|%EF%BC%A0)[^/]", Pattern.CASE_INSENSITIVE);

    private static final Pattern PATH_PARAMETER = Pattern.compile(";[^/]*");

    /** A percent sign, encoded: by each redirect once more. */
    private static final Pattern PERCENT = Pattern.compile("%(25)+");

    private SourceUrl() {}

    /** Null for what is no absolute http URL. */
    static @Nullable String trim(@Nullable String url) {
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
                if (!mayHoldAnAddress(pair)) {
                    kept.append(kept.length() == page.length() ? '?' : '&').append(pair);
                }
            }
            at = next + 1;
        }
        return kept.toString();
    }

    private static int endOfPair(String url, int from, int end) {
        int at = from;
        while (at < end && url.charAt(at) != '&' && url.charAt(at) != ';') {
            at++;
        }
        return at;
    }

    private static String page(String url) {
        if (url.indexOf(';') < 0 && url.indexOf('@') < 0 && !mayHoldAnAddress(url)) {
            return url; // nearly always
        }
        int host = url.indexOf("//") + 2;
        int slash = url.indexOf('/', host);
        String origin = slash < 0 ? url : url.substring(0, slash);
        String path = slash < 0 ? "" : withoutParameters(url.substring(slash));
        int at = origin.lastIndexOf('@');
        return (at < host ? origin : origin.substring(0, host) + origin.substring(at + 1))
                + (mayHoldAnAddress(path) ? "/" : path);
    }

    private static String withoutParameters(String path) {
        return path.indexOf(';') < 0 ? path : PATH_PARAMETER.matcher(path).replaceAll("");
    }

    private static boolean mayHoldAnAddress(String part) {
        if (part.indexOf('@') < 0 && part.indexOf('%') < 0 && part.indexOf('\uFF20') < 0) {
            return false; // nearly always
        }
        return ADDRESS.matcher(PERCENT.matcher(part).replaceAll("%")).find();
    }
}
