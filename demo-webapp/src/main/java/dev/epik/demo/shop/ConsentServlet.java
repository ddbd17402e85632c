// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import dev.epik.demo.SameOrigin;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stores the banner's answer in a cookie, and sends the visitor back to the page that the banner was on, click id
 * included.
 */
public final class ConsentServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Pattern CLICK_ID = Pattern.compile("[?&](epik=[^&#]*)");
    private static final int MAX_AGE_SECONDS = 15_552_000;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!SameOrigin.isOwn(request)) {
            response.sendError(
                    HttpServletResponse.SC_FORBIDDEN); // a form of another site is not the visitor's decision
            return;
        }
        request.setCharacterEncoding("UTF-8");
        String answer = "granted".equals(request.getParameter("answer")) ? "granted" : "denied";
        response.addHeader(
                "Set-Cookie",
                BannerConsent.COOKIE + "=" + answer + "; Path=/; Max-Age=" + MAX_AGE_SECONDS
                        + "; SameSite=Lax; HttpOnly");
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", localPath(request.getParameter("back")));
        response.setHeader("Cache-Control", "no-store");
    }

    /**
     * Returns the page to return to after the visitor's decision: the page with the banner, including the click id. On
     * the landing page the click id is in the query; on the next page it is only in the referrer, which the redirect
     * would lose. Before the decision the click id is stored in no other place.
     */
    static String here(HttpServletRequest request) {
        if (!request.getMethod().equals("GET")) {
            return "/";
        }
        String query = request.getQueryString();
        String page = query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
        String referrer = request.getHeader("Referer");
        String origin = SameOrigin.of(request) + "/";
        if (referrer == null || !referrer.startsWith(origin) || page.contains("epik=")) {
            return page;
        }
        Matcher landed = CLICK_ID.matcher(referrer);
        return landed.find() ? page + (query == null ? "?" : "&") + landed.group(1) : page;
    }

    /**
     * Returns a path if it is local, otherwise {@code /}, so that no redirect leads to another site. A local path has
     * one slash, then neither a slash nor a backslash, and only printable ASCII characters.
     */
    static String localPath(@Nullable String back) {
        return back != null && back.matches("/(?![/\\\\])[!-~]{0,2000}") && back.indexOf('\\') < 0 ? back : "/";
    }
}
