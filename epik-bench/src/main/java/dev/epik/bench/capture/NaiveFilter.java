// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.capture;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** As a shop writes it by itself: the parameter, the cookies, and a cookie where the two differ. */
public final class NaiveFilter implements Filter {
    private static final int YEAR = 31_536_000;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        String clickId = http.getParameter("epik");
        String kept = null;
        if (http.getCookies() != null) {
            for (Cookie cookie : http.getCookies()) {
                if (cookie.getName().equals("_epik")) {
                    kept = cookie.getValue();
                }
            }
        }
        if (clickId != null && !clickId.equals(kept)) {
            Cookie cookie = new Cookie("_epik", clickId);
            cookie.setPath("/");
            cookie.setMaxAge(YEAR);
            cookie.setSecure(http.isSecure());
            ((HttpServletResponse) response).addCookie(cookie);
        }
        chain.doFilter(request, response);
    }
}
