// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.consent.CookiePairs;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Finds and validates click ids. {@code vectors/capture.json} has the rules as examples. Pure functions.
 *
 * <p>A click id is never interpreted: Pinterest documents no format, and its fields have grown before. The alphabet is
 * that of every id seen so far plus {@code . ~ + / =}. All these characters are legal in a cookie (RFC 6265 §4.1.1), so
 * a valid click id is written to a header as it is, and nothing else reaches that header.
 */
final class ClickId {
    static final String PARAMETER = "epik";
    static final String COOKIE = "_epik";

    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (char c : "-_.~+/=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            ALLOWED[c] = true;
        }
    }

    private ClickId() {}

    /** An {@code epik} that was found: either a valid click id, or the reason why it is invalid. */
    record Found(@Nullable String clickId, @Nullable Refusal refusal) {
        private static final Found EMPTY = new Found(null, Refusal.EMPTY);
        private static final Found TOO_LONG = new Found(null, Refusal.LENGTH);
        private static final Found INVALID_CHARACTER = new Found(null, Refusal.CHARACTERS);
    }

    /**
     * Returns the first {@code epik} of a raw query string, decoded once, or null if there is none.
     *
     * <p>{@code getParameter} is not used: it reads form bodies, and on Jetty it throws at a broken escape.
     */
    static @Nullable Found inQuery(@Nullable String query, int maxLength) {
        return query == null ? null : inQuery(query, 0, query.length(), maxLength);
    }

    /** Does what {@link #inQuery(String, int)} does, for the query of an absolute or relative URL. */
    static @Nullable Found inUrl(String url, int maxLength) {
        int query = url.indexOf('?');
        if (query < 0) {
            return null;
        }
        int fragment = url.indexOf('#', query);
        return inQuery(url, query + 1, fragment < 0 ? url.length() : fragment, maxLength);
    }

    private static @Nullable Found inQuery(String text, int from, int to, int maxLength) {
        int at = text.indexOf(PARAMETER, from);
        while (at >= 0 && at < to) {
            int end = at + PARAMETER.length();
            boolean starts = at == from || text.charAt(at - 1) == '&';
            if (starts && (end == to || text.charAt(end) == '&')) {
                return Found.EMPTY; // it is the first epik even without a value, and no later one counts
            }
            if (starts && end < to && text.charAt(end) == '=') {
                int ampersand = text.indexOf('&', end);
                return decode(text, end + 1, ampersand < 0 || ampersand > to ? to : ampersand, maxLength);
            }
            at = text.indexOf(PARAMETER, end);
        }
        return null;
    }

    /**
     * Returns the last valid {@code _epik} of the Cookie headers, or null. Duplicates occur in practice, and
     * Pinterest's tag takes the last.
     */
    static @Nullable String fromCookies(@Nullable Enumeration<String> cookieHeaders, int maxLength) {
        String found = null;
        while (cookieHeaders != null && cookieHeaders.hasMoreElements()) {
            String header = cookieHeaders.nextElement();
            for (int at = CookiePairs.find(header, COOKIE, 0); at >= 0; at = CookiePairs.find(header, COOKIE, at)) {
                int end = CookiePairs.end(header, at);
                found = isValid(header, at, end, maxLength) ? header.substring(at, end) : found;
            }
        }
        return found;
    }

    /** Returns whether there is any {@code _epik}. An invalid one counts too, because it can be erased. */
    static boolean isIn(@Nullable Enumeration<String> cookieHeaders) {
        while (cookieHeaders != null && cookieHeaders.hasMoreElements()) {
            if (CookiePairs.find(cookieHeaders.nextElement(), COOKIE, 0) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isValid(String text, int from, int to, int maxLength) {
        if (from >= to || to - from > maxLength) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (!isAllowed(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static Found decode(String text, int from, int to, int maxLength) {
        if (isValid(text, from, to, maxLength)) {
            return new Found(text.substring(from, to), null); // the usual case: base64url needs no escapes
        }
        StringBuilder decoded = new StringBuilder(Math.min(to - from, maxLength));
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '%') {
                c = escaped(text, i, to);
                i += 2;
            }
            if (!isAllowed(c)) {
                return Found.INVALID_CHARACTER;
            }
            if (decoded.length() == maxLength) {
                return Found.TOO_LONG;
            }
            decoded.append(c);
        }
        return decoded.isEmpty() ? Found.EMPTY : new Found(decoded.toString(), null);
    }

    /**
     * Returns the character of the escape at {@code at}, or NUL, which is not in the alphabet, if the escape is broken.
     */
    private static char escaped(String text, int at, int to) {
        if (at + 2 >= to) {
            return 0;
        }
        int high = hex(text.charAt(at + 1));
        int low = hex(text.charAt(at + 2));
        return high < 0 || low < 0 ? 0 : (char) (high * 16 + low);
    }

    /**
     * Returns the value of a hexadecimal digit, or -1. ASCII only: {@code Character.digit} also takes full-width
     * digits.
     */
    static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private static boolean isAllowed(char c) {
        return c < ALLOWED.length && ALLOWED[c];
    }
}
