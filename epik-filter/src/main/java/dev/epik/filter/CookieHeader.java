// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;

/**
 * Finds cookies in a raw {@code Cookie} header. Not by {@code getCookies}: containers drop a cookie whose value has a comma or a brace, and make an
 * object of each.
 */
final class CookieHeader {
    private CookieHeader() {}

    /** All cookies of a request in one line; HTTP/2 may bring each in a header of its own. Empty where there are none. */
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

    /** Where the value of the next cookie of that name at or behind {@code from} begins, or -1. */
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

    /** Where the value that begins at {@code value} ends. */
    static int end(String header, int value) {
        int semicolon = header.indexOf(';', value);
        return semicolon < 0 ? header.length() : semicolon;
    }

    private static boolean startsPair(String header, int at) {
        return at == 0 || " ;\t".indexOf(header.charAt(at - 1)) >= 0;
    }
}
