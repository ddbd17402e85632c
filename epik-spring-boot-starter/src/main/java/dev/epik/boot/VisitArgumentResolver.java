// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.capi.servlet.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Reads the {@link Visit} of the request for a controller's argument. Thread-safe. */
final class VisitArgumentResolver implements HandlerMethodArgumentResolver {
    private final TrustedProxies proxies;

    /** @param proxies those without a network trust none */
    VisitArgumentResolver(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Visit.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
        if (servletRequest == null) {
            throw new IllegalStateException("The request is no servlet request");
        }
        return ServletVisit.of(servletRequest, proxies);
    }
}
