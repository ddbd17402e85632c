// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds cookies in a raw {@code Cookie} header. {@code getCookies} is not used: containers drop a cookie whose value
 * has a comma or a brace, and they create an object for each cookie.
 */
public final class CookiePairs {
    private CookiePairs() {}

    /** Returns the index of the value of the next cookie of that name at or after {@code from}, or -1. */
    public static int find(String header, String name, int from) {
        int at = header.indexOf(name, from);
        while (at >= 0) {
            int end = at + name.length();
            if (end < header.length() && header.charAt(end) == '=' && startsPair(header, at)) {
                return end + 1;
            }
            at = header.indexOf(name, end); // part of another name, such as _derived_epik, or of a value
        }
        return -1;
    }

    /** Returns the index of the end of the value that begins at {@code value}. */
    public static int end(String header, int value) {
        int semicolon = header.indexOf(';', value);
        return semicolon < 0 ? header.length() : semicolon;
    }

    /** Returns the values of all cookies of that name, as they were sent. */
    public static List<String> all(String header, String name) {
        List<String> values = List.of();
        for (int at = find(header, name, 0); at >= 0; at = find(header, name, at)) {
            values = values.isEmpty() ? new ArrayList<>() : values; // for most names there is none
            values.add(header.substring(at, end(header, at)).stripTrailing());
        }
        return values;
    }

    /** Returns the pairs {@code name=value} of all cookies whose name begins with the prefix, as they were sent. */
    static List<String> beginningWith(String header, String prefix) {
        List<String> pairs = List.of();
        for (int at = header.indexOf(prefix); at >= 0; at = header.indexOf(prefix, at + prefix.length())) {
            if (startsPair(header, at)) {
                pairs = pairs.isEmpty() ? new ArrayList<>() : pairs;
                pairs.add(header.substring(at, end(header, at)).stripTrailing());
            }
        }
        return pairs;
    }

    /** Returns whether a pair starts here: at the beginning, or after a semicolon and spaces. */
    private static boolean startsPair(String header, int at) {
        int before = at - 1;
        while (before >= 0 && (header.charAt(before) == ' ' || header.charAt(before) == '\t')) {
            before--;
        }
        return before < 0 || header.charAt(before) == ';';
    }
}
