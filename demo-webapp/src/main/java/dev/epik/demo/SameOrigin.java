// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import jakarta.servlet.http.HttpServletRequest;

/** Distinguishes the shop's own pages from other sites, whose forms must not change anything here. */
public final class SameOrigin {
    private SameOrigin() {}

    /**
     * Returns whether a page of this shop sent a POST. A browser reports that in {@code Sec-Fetch-Site}, or in
     * {@code Origin} if it is older. A request with neither header was not sent by a browser.
     */
    public static boolean isOwn(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader("Origin");
        return origin == null || origin.equals(of(request));
    }

    /** Returns the origin that a request was sent to, such as {@code http://localhost:8080}. */
    public static String of(HttpServletRequest request) {
        String url = request.getRequestURL().toString();
        return url.substring(0, url.indexOf('/', url.indexOf("://") + 3));
    }
}
