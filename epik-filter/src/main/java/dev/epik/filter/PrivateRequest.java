// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The request of a {@link PrivateResponse}. {@code startAsync()} starts as without this wrapper, so that a later
 * dispatch goes to the same place; only the response of the async context is the private one.
 */
final class PrivateRequest extends HttpServletRequestWrapper {
    private final PrivateResponse response;
    private @Nullable AsyncContext started;

    PrivateRequest(HttpServletRequest request, PrivateResponse response) {
        super(request);
        this.response = response;
    }

    @Override
    public AsyncContext startAsync() {
        AsyncContext context = new Async(super.startAsync(), response);
        started = context;
        return context;
    }

    @Override
    public AsyncContext getAsyncContext() {
        AsyncContext context = started;
        return context == null ? super.getAsyncContext() : context;
    }

    private record Async(AsyncContext context, ServletResponse response) implements AsyncContext {
        @Override
        public ServletRequest getRequest() {
            return context.getRequest();
        }

        @Override
        public ServletResponse getResponse() {
            return response;
        }

        @Override
        public boolean hasOriginalRequestAndResponse() {
            return context.hasOriginalRequestAndResponse();
        }

        @Override
        public void dispatch() {
            context.dispatch();
        }

        @Override
        public void dispatch(String path) {
            context.dispatch(path);
        }

        @Override
        public void dispatch(ServletContext target, String path) {
            context.dispatch(target, path);
        }

        @Override
        public void complete() {
            context.complete();
        }

        @Override
        public void start(Runnable work) {
            context.start(work);
        }

        @Override
        public void addListener(AsyncListener listener) {
            context.addListener(listener);
        }

        @Override
        public void addListener(AsyncListener listener, ServletRequest request, ServletResponse supplied) {
            context.addListener(listener, request, supplied);
        }

        @Override
        public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
            return context.createListener(type);
        }

        @Override
        public void setTimeout(long milliseconds) {
            context.setTimeout(milliseconds);
        }

        @Override
        public long getTimeout() {
            return context.getTimeout();
        }
    }
}
