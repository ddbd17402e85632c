// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Checks that the filter counts each landing and erasure once. */
class CountsTest {
    private final EpikFilter filter = EpikFilter.builder().build();

    @Test
    void countsARefusedClickIdOnlyOnItsOwnPage() throws Exception {
        serve(Map.of("query", "epik=a%20b"), (request, response) -> {});
        assertEquals(1, filter.counts().refused().get(Refusal.CHARACTERS));
        serve(Map.of("Referer", "https://shop.example/?epik=a%20b"), (request, response) -> {});
        assertEquals(1, filter.counts().refused().get(Refusal.CHARACTERS));
    }

    /** A wrapper of the application between the two registrations hides the first one's response. */
    @Test
    void erasesOnceWhenRegisteredTwice() throws Exception {
        List<Object> inner = new ArrayList<>();
        List<Object> wrappers = new ArrayList<>();
        serve(Map.of("Cookie", "_epik=abc; _epik_consent=denied"), (request, response) -> {
            HttpServletResponse wrapped = new HttpServletResponseWrapper((HttpServletResponse) response);
            wrappers.add(wrapped);
            filter.doFilter(request, wrapped, (again, answer) -> inner.add(answer));
        });
        assertEquals(1, filter.counts().erased());
        assertEquals(wrappers, inner, "the second registration wraps nothing");
    }

    private void serve(Map<String, String> headers, FilterChain chain) throws Exception {
        Map<String, Object> attributes = new HashMap<>();
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMethod" -> "GET";
                    case "getDispatcherType" -> DispatcherType.REQUEST;
                    case "getQueryString" -> headers.get("query");
                    case "getRequestURI" -> "/";
                    case "isSecure" -> true;
                    case "getServerName" -> "shop.example";
                    case "getServerPort" -> 443;
                    case "getHeader" -> "Accept".equals(arguments[0]) ? "text/html" : headers.get(arguments[0]);
                    case "getHeaders" ->
                        Collections.enumeration(
                                headers.containsKey(arguments[0]) ? List.of(headers.get(arguments[0])) : List.of());
                    case "getAttribute" -> attributes.get(arguments[0]);
                    case "setAttribute" -> put(attributes, arguments);
                    default -> null;
                });
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                HttpServletResponse.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> method.getName().equals("getHeaders") ? List.of() : null);
        filter.doFilter(request, response, chain);
    }

    /** Sets an attribute. The method of the proxy returns null. */
    private static @Nullable Object put(Map<String, Object> attributes, Object... nameAndValue) {
        attributes.put((String) nameAndValue[0], nameAndValue[1]);
        return null;
    }
}
