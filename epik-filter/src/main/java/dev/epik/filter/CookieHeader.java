// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/**
 * Finds cookies in a raw {@code Cookie} header. {@code getCookies} is not used: containers drop a cookie whose value
 * has a comma or a brace, and they create an object for each cookie.
 */
final class CookieHeader {
    private CookieHeader() {}

    /**
     * Returns all cookies of a request in one line, empty if there are none. HTTP/2 may send each in a header of its
     * own.
     */
    static String of(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders("Cookie");
        String line = headers != null && headers.hasMoreElements() ? headers.nextElement() : "";
        if (headers == null || !headers.hasMoreElements()) {
            return line;
        }
        StringBuilder joined = new StringBuilder(line);
        while (headers.hasMoreElements()) {
            joined.append("; ").append(headers.nextElement());
        }
        return joined.toString();
    }

    /** Returns where the value of the next cookie of that name at or behind {@code from} begins, or -1. */
    static int find(String header, String name, int from) {
        int at = header.indexOf(name, from);
        while (at >= 0) {
            int end = at + name.length();
            if (end < header.length() && header.charAt(end) == '=' && startsPair(header, at)) {
                return end + 1;
            }
            at = header.indexOf(name, end); // a part of another name or of a value, such as _derived_epik
        }
        return -1;
    }

    /** Returns where the value that begins at {@code value} ends. */
    static int end(String header, int value) {
        int semicolon = header.indexOf(';', value);
        return semicolon < 0 ? header.length() : semicolon;
    }

    /** Returns the values of all cookies of that name, as they were sent. */
    static List<String> all(String header, String name) {
        List<String> values = List.of();
        for (int at = find(header, name, 0); at >= 0; at = find(header, name, at)) {
            values = values.isEmpty() ? new ArrayList<>() : values; // nearly always there is none
            values.add(header.substring(at, end(header, at)).stripTrailing());
        }
        return values;
    }

    /** A pair starts at the beginning or behind a semicolon and spaces; a space inside a value starts nothing. */
    private static boolean startsPair(String header, int at) {
        int before = at - 1;
        while (before >= 0 && (header.charAt(before) == ' ' || header.charAt(before) == '\t')) {
            before--;
        }
        return before < 0 || header.charAt(before) == ';';
    }
}
