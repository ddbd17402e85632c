// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that sets a visitor's cookie: keeps the cookie, and shared caches away, whatever the application does with headers
 * later, {@link #reset()} included. Made for such responses alone.
 *
 * <p>Its own Cache-Control is invisible to the application until that sets one: a library that sets {@code no-store} only where
 * there is no Cache-Control yet, as Spring Security does, would else leave its own out.
 */
final class PrivateResponse extends HttpServletResponseWrapper {
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String SET_COOKIE = "Set-Cookie";

    private final State state;

    /** What one request's dispatches share: an error page or an async dispatch gets the container's own response again. */
    static final class State {
        /** The click was decided on, and nothing is set. */
        static final State NOTHING = new State(List.of());

        private final List<String> cookies;
        private volatile boolean applicationDecided;

        State(List<String> cookies) {
            this.cookies = cookies;
        }

        boolean setsCookies() {
            return !cookies.isEmpty();
        }
    }

    private PrivateResponse(HttpServletResponse response, State state) {
        super(response);
        this.state = state;
    }

    /** At first nothing of ours is there: it is set without a look, which makes a list of all cookies on some containers. */
    static PrivateResponse first(HttpServletResponse response, State state) {
        PrivateResponse kept = new PrivateResponse(response, state);
        for (String cookie : state.cookies) {
            response.addHeader(SET_COOKIE, cookie);
        }
        kept.applyCacheControl();
        return kept;
    }

    /** Of a later dispatch, or where another instance was first. */
    static PrivateResponse again(HttpServletResponse response, State state) {
        PrivateResponse kept = new PrivateResponse(response, state);
        kept.apply();
        return kept;
    }

    /** Sets what is missing: nothing where the container kept it for an error page. */
    private void apply() {
        for (String cookie : state.cookies) {
            Collection<String> there = super.getHeaders(SET_COOKIE);
            if (there == null || !there.contains(cookie)) {
                super.addHeader(SET_COOKIE, cookie);
            }
        }
        applyCacheControl();
    }

    private void applyCacheControl() {
        if (super.getHeader(CACHE_CONTROL) == null) {
            state.applicationDecided = false;
            super.setHeader(CACHE_CONTROL, CachePolicy.BY_DEFAULT);
        }
    }

    private boolean hides(String name) {
        return CachePolicy.isCacheControl(name) && !state.applicationDecided;
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (value != null && CachePolicy.isCacheControl(name)) {
            state.applicationDecided = true;
            super.setHeader(name, CachePolicy.madePrivate(value));
            return;
        }
        super.setHeader(name, value == null ? null : CachePolicy.forSharedCaches(name, value));
        apply(); // it may have taken our cookie or our Cache-Control away
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        if (value == null) {
            super.addHeader(name, null);
        } else if (hides(name)) {
            setHeader(name, value);
        } else if (CachePolicy.isCacheControl(name)) {
            super.addHeader(name, CachePolicy.madePrivate(value));
        } else {
            super.addHeader(name, CachePolicy.forSharedCaches(name, value));
        }
    }

    @Override
    public void reset() {
        super.reset();
        apply();
    }

    @Override
    public boolean containsHeader(String name) {
        return !hides(name) && super.containsHeader(name);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return hides(name) ? null : super.getHeader(name);
    }

    @Override
    public Collection<String> getHeaders(String name) {
        return hides(name) ? List.of() : super.getHeaders(name);
    }

    @Override
    public Collection<String> getHeaderNames() {
        return super.getHeaderNames().stream().filter(name -> !hides(name)).toList();
    }

    /** The request that goes with it: {@code startAsync()} would else give the application the container's own response. */
    HttpServletRequest requestFor(HttpServletRequest request) {
        return new HttpServletRequestWrapper(request) {
            @Override
            public AsyncContext startAsync() {
                return startAsync(this, PrivateResponse.this);
            }
        };
    }
}
