// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.app;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** An application that asks shared caches to store its pages, in every possible way. */
public final class CachingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String FOR_ALL = "public, max-age=60, s-maxage=600, immutable";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/set" -> makePublic(response);
            case "/add" -> {
                response.addHeader("Cache-Control", "public");
                response.addHeader("Cache-Control", "s-maxage=600, max-age=60");
            }
            case "/cdn" -> {
                response.setHeader("CDN-Cache-Control", "max-age=600");
                response.addHeader("Cloudflare-CDN-Cache-Control", "max-age=600");
                response.setHeader("Surrogate-Control", "max-age=600");
                response.setHeader("X-Accel-Expires", "600");
            }
            case "/int" -> {
                response.setIntHeader("X-Accel-Expires", 600);
                response.addIntHeader("X-Accel-Expires", 700);
            }
            case "/litespeed" -> response.setHeader("X-LiteSpeed-Cache-Control", "public, max-age=600");
            case "/ahead" -> response.setContentType("text/html"); // AheadFilter has set the headers
            case "/ahead-set" -> makePublic(response);
            case "/ahead-error" -> response.sendError(HttpServletResponse.SC_GONE);
            case "/wrapped" -> {
                if (request.getDispatcherType() == DispatcherType.ASYNC) {
                    response.addHeader("Cache-Control", "public, max-age=600");
                } else {
                    request.startAsync(request, response).dispatch();
                }
            }
            case "/forward", "/forwarded" -> dispatchAfterForward(request, response);
            case "/no-store" -> response.setHeader("Cache-Control", "no-store");
            case "/own-cookie" -> response.setHeader("Set-Cookie", "basket=1");
            case "/unset" -> {
                makePublic(response);
                response.setHeader("Cache-Control", null);
            }
            case "/reset" -> {
                response.reset();
                makePublic(response);
            }
            case "/only-reset" -> response.reset();
            case "/not-modified" -> {
                makePublic(response);
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            }
            case "/redirect" -> {
                makePublic(response);
                response.sendRedirect("/elsewhere");
            }
            case "/error" -> response.sendError(HttpServletResponse.SC_GONE);
            case "/throw" -> throw new IllegalStateException("on purpose");
            case "/async" -> {
                AsyncContext async = request.startAsync();
                async.start(() -> {
                    makePublic((HttpServletResponse) async.getResponse());
                    async.complete();
                });
            }
            case "/async-dispatch" -> request.startAsync().dispatch("/caching/set");
            case "/looks" ->
                response.setHeader(
                        "X-Seen",
                        response.containsHeader("Cache-Control") + " " + response.getHeader("Cache-Control") + " "
                                + response.getHeaders("Cache-Control") + " "
                                + response.getHeaderNames().contains("Cache-Control"));
            default -> makePublic(response); // the error page
        }
    }

    /** Forwards, and then dispatches to the container's default target. */
    private static void dispatchAfterForward(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        switch (request.getDispatcherType()) {
            case ASYNC -> {
                response.setHeader("X-Dispatched", request.getRequestURI());
                makePublic(response);
            }
            case FORWARD -> {
                AsyncContext async = request.startAsync();
                response.setHeader("X-Original", "" + async.hasOriginalRequestAndResponse());
                async.dispatch();
            }
            default -> request.getRequestDispatcher("/caching/forwarded").forward(request, response);
        }
    }

    private static void makePublic(HttpServletResponse response) {
        response.setHeader("Cache-Control", FOR_ALL);
        response.setHeader("Surrogate-Control", "max-age=600");
    }
}
