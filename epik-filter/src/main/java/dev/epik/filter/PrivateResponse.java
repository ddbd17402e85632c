// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that sets a visitor's cookie. It keeps the cookie, and keeps shared caches away, whatever was done to its
 * headers before and whatever the application does with them later, {@link #reset()} included. Created for such
 * responses only.
 *
 * <p>Its own Cache-Control is invisible to the application until somebody sets one. Libraries such as Spring Security
 * set {@code no-store} only if there is no Cache-Control yet, and would otherwise leave theirs out.
 */
final class PrivateResponse extends HttpServletResponseWrapper {
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String SET_COOKIE = "Set-Cookie";

    private final State state;

    /**
     * What the dispatches of one request share: an error page or an async dispatch gets the container's own response
     * again.
     */
    static final class State {
        /** The click was decided on, and nothing is set. */
        static final State NOTHING = new State(List.of());

        private final List<String> cookies;
        private volatile boolean isOursHidden;

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
        restrictWhatIsThere();
    }

    /**
     * Sets the cookies without looking for them: they cannot be there, and some containers create a list of all
     * cookies.
     */
    static PrivateResponse first(HttpServletResponse response, State state) {
        for (String cookie : state.cookies) {
            response.addHeader(SET_COOKIE, cookie);
        }
        return new PrivateResponse(response, state);
    }

    /** For a later dispatch, or for a second registration of the filter. */
    static PrivateResponse again(HttpServletResponse response, State state) {
        PrivateResponse kept = new PrivateResponse(response, state);
        kept.apply();
        return kept;
    }

    /** Returns whether a response is a private one, however many wrappers are around it. */
    static boolean isIn(ServletResponse response) {
        return response instanceof PrivateResponse
                || (response instanceof ServletResponseWrapper wrapper && wrapper.isWrapperFor(PrivateResponse.class));
    }

    /** A filter ahead of this one may have set cache headers already. */
    private void restrictWhatIsThere() {
        String cacheControl = join(super.getHeaders(CACHE_CONTROL));
        boolean isOurs = state.isOursHidden && cacheControl.equals(CachePolicy.BY_DEFAULT);
        if (cacheControl.isEmpty()) {
            setOurs();
        } else if (!isOurs) {
            state.isOursHidden = false;
            super.setHeader(CACHE_CONTROL, CachePolicy.madePrivate(cacheControl));
        }
        Collection<String> names = super.getHeaderNames();
        for (String name : names == null ? List.<String>of() : List.copyOf(names)) {
            String value = CachePolicy.isCacheControl(name) ? null : super.getHeader(name);
            String restricted = value == null ? null : CachePolicy.forSharedCaches(name, value);
            if (restricted != null && !restricted.equals(value)) {
                super.setHeader(name, restricted);
            }
        }
    }

    private static String join(@Nullable Collection<String> values) {
        return values == null ? "" : String.join(", ", values);
    }

    /** Sets what is missing: nothing if the container kept it for an error page. */
    private void apply() {
        for (String cookie : state.cookies) {
            Collection<String> there = super.getHeaders(SET_COOKIE);
            if (there == null || !there.contains(cookie)) {
                super.addHeader(SET_COOKIE, cookie);
            }
        }
        if (super.getHeader(CACHE_CONTROL) == null) {
            setOurs();
        }
    }

    private void setOurs() {
        state.isOursHidden = true;
        super.setHeader(CACHE_CONTROL, CachePolicy.BY_DEFAULT);
    }

    private boolean hides(String name) {
        return CachePolicy.isCacheControl(name) && state.isOursHidden;
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (value != null && CachePolicy.isCacheControl(name)) {
            state.isOursHidden = false;
            super.setHeader(name, CachePolicy.madePrivate(value));
            return;
        }
        super.setHeader(name, value == null ? null : CachePolicy.forSharedCaches(name, value));
        apply(); // it may have removed our cookie or our Cache-Control
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
    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    @Override
    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
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

    /**
     * Returns the request that goes with this response: its async context has this response, not the container's own.
     */
    HttpServletRequest requestFor(HttpServletRequest request) {
        return new PrivateRequest(request, this);
    }
}
