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
 * A response that sets a visitor's cookie. It keeps the cookie and forbids shared caches, whatever headers were set
 * before and whatever the application does with them later, {@link #reset()} included. Created for such responses only.
 *
 * <p>The default Cache-Control of this class is invisible to the application until the application sets one. Libraries
 * such as Spring Security set {@code no-store} only if there is no Cache-Control yet.
 */
final class PrivateResponse extends HttpServletResponseWrapper {
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String SET_COOKIE = "Set-Cookie";

    private final State state;

    /**
     * The state that the dispatches of one request share. An error page or an async dispatch gets the container's own
     * response again.
     */
    static final class State {
        /** The filter has decided on the click id, and sets nothing. */
        static final State NOTHING = new State(List.of());

        private final List<String> cookies;
        private volatile boolean isDefaultHidden;

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
        restrictExistingHeaders();
    }

    /**
     * Returns the response of the first dispatch. It adds the cookies without calling {@code getHeaders()}: they cannot
     * be there yet, and some containers create a list of all cookies for it.
     */
    static PrivateResponse first(HttpServletResponse response, State state) {
        for (String cookie : state.cookies) {
            response.addHeader(SET_COOKIE, cookie);
        }
        return new PrivateResponse(response, state);
    }

    /** Returns the response of a later dispatch, or of a second registration of the filter. */
    static PrivateResponse again(HttpServletResponse response, State state) {
        PrivateResponse again = new PrivateResponse(response, state);
        again.apply();
        return again;
    }

    /** Returns whether a response is a private one, however many wrappers are around it. */
    static boolean isIn(ServletResponse response) {
        return response instanceof PrivateResponse
                || (response instanceof ServletResponseWrapper wrapper && wrapper.isWrapperFor(PrivateResponse.class));
    }

    /** Makes cache headers private that a filter ahead of this one has set. */
    private void restrictExistingHeaders() {
        String cacheControl = join(super.getHeaders(CACHE_CONTROL));
        boolean isDefault = state.isDefaultHidden && cacheControl.equals(CachePolicy.DEFAULT);
        if (cacheControl.isEmpty()) {
            setDefault();
        } else if (!isDefault) {
            state.isDefaultHidden = false;
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

    /** Sets the cookies and the Cache-Control that are missing. A container may have kept them for an error page. */
    private void apply() {
        for (String cookie : state.cookies) {
            Collection<String> there = super.getHeaders(SET_COOKIE);
            if (there == null || !there.contains(cookie)) {
                super.addHeader(SET_COOKIE, cookie);
            }
        }
        if (super.getHeader(CACHE_CONTROL) == null) {
            setDefault();
        }
    }

    private void setDefault() {
        state.isDefaultHidden = true;
        super.setHeader(CACHE_CONTROL, CachePolicy.DEFAULT);
    }

    private boolean hides(String name) {
        return CachePolicy.isCacheControl(name) && state.isDefaultHidden;
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (value != null && CachePolicy.isCacheControl(name)) {
            state.isDefaultHidden = false;
            super.setHeader(name, CachePolicy.madePrivate(value));
            return;
        }
        super.setHeader(name, value == null ? null : CachePolicy.forSharedCaches(name, value));
        apply(); // the call may have removed the cookie or the Cache-Control
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
