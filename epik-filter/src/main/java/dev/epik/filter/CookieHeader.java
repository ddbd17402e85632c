// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;

/** Reads the raw {@code Cookie} headers of a request. {@code CookiePairs} finds cookies in them. */
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
}
