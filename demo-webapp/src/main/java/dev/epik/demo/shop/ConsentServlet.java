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
    private static final int HALF_A_YEAR = 15_552_000;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!SameOrigin.isOwn(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN); // another site's form is no visitor's answer
            return;
        }
        request.setCharacterEncoding("UTF-8");
        String answer = "granted".equals(request.getParameter("answer")) ? "granted" : "denied";
        response.addHeader(
                "Set-Cookie",
                ShopConsent.COOKIE + "=" + answer + "; Path=/; Max-Age=" + HALF_A_YEAR + "; SameSite=Lax; HttpOnly");
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", localPath(request.getParameter("back")));
        response.setHeader("Cache-Control", "no-store");
    }

    /**
     * Where an answer leads back to: the page that the banner stands on, with the click id that is still at hand. On
     * the landing page that is its own query; one page later it is the referrer, which the redirect after the answer
     * would lose. Nothing is kept before the answer but this form.
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
     * Nobody is sent to another site from here: one slash, then neither a slash nor a backslash, and plain characters.
     */
    static String localPath(@Nullable String back) {
        return back != null && back.matches("/(?![/\\\\])[!-~]{0,2000}") && back.indexOf('\\') < 0 ? back : "/";
    }
}
