// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/** A filter of the shop that runs before all others. It sets headers for shared caches, or wraps the response. */
public final class AheadFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = ((HttpServletRequest) request).getRequestURI();
        HttpServletResponse answer = (HttpServletResponse) response;
        if (path.startsWith("/caching/ahead") && request.getDispatcherType() == DispatcherType.REQUEST) {
            answer.setHeader("Cache-Control", "public, max-age=60");
            answer.addHeader("Cache-Control", "s-maxage=600, immutable");
            answer.setHeader("Surrogate-Control", "max-age=600");
            answer.setHeader("CDN-Cache-Control", "max-age=600");
            answer.setIntHeader("X-Accel-Expires", 600);
        }
        chain.doFilter(
                request, path.startsWith("/caching/wrapped") ? new HttpServletResponseWrapper(answer) : response);
    }
}
