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

/** A filter as an application would write it: reads the parameter and the cookies, and sets a cookie if they differ. */
public final class NaiveFilter implements Filter {
    private static final int YEAR_SECONDS = 31_536_000;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        String clickId = http.getParameter("epik");
        String stored = null;
        if (http.getCookies() != null) {
            for (Cookie cookie : http.getCookies()) {
                if (cookie.getName().equals("_epik")) {
                    stored = cookie.getValue();
                }
            }
        }
        if (clickId != null && !clickId.equals(stored)) {
            Cookie cookie = new Cookie("_epik", clickId);
            cookie.setPath("/");
            cookie.setMaxAge(YEAR_SECONDS);
            cookie.setSecure(http.isSecure());
            ((HttpServletResponse) response).addCookie(cookie);
        }
        chain.doFilter(request, response);
    }
}
