// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter allocates nothing for a page without a click id, not counting the texts that the container creates. */
class NoAllocationTest {
    private static final int REQUESTS = 50_000;

    /** Also with the cookies of consent platforms: they are read only if there is a click id to decide on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "JSESSIONID=8F3A0B5C6D7E8F90; _ga=GA1.1.1173244000.1732440000; cart=3; _derived_epik=dj0y",
                "OptanonConsent=isGpcEnabled=0&groups=C0001%3A1%2CC0004%3A0; OptanonAlertBoxClosed=2025-01-01; cart=3",
                "CookieConsent={necessary:true%2Cmarketing:false}; cookieyes-consent=action:yes,advertisement:no",
                "notice_preferences=0:; notice_gdpr_prefs=0:; CookieScriptConsent={\"action\":\"reject\"}; usprivacy=1YYY",
                "_iub_cs-1=%7B%22purposes%22%3A%7B%225%22%3Afalse%7D%7D; didomi_token=eyJ2ZXJzaW9uIjpudWxsfQ==",
                "euconsent-v2=CQX48QAQX48QAAGABBENB3FgAAAAAAAAAAYgAAAAAAAA; cmplz_marketing=deny; osano_consentmanager=x",
            })
    void allocatesNothingForAPageWithoutAClickId(String cookies) throws Exception {
        EpikFilter filter = EpikFilter.builder().build();
        Page page = new Page("page=2&utm_source=newsletter", cookies);
        HttpServletResponse response = new HttpServletResponseWrapper(nothing(HttpServletResponse.class));
        int[] served = new int[1];
        FilterChain chain = (request, answer) -> served[0]++;
        allocated(filter, page, response, chain); // loads classes
        long bytes = allocated(filter, page, response, chain);
        assertEquals(2 * REQUESTS, served[0]);
        assertTrue(bytes < REQUESTS, () -> bytes + " bytes for " + REQUESTS + " pages"); // not one for each
    }

    /** Shows that the test above can fail. */
    @Test
    void measuresAllocationsForAPageWithAClickId() throws Exception {
        EpikFilter filter = EpikFilter.builder().build();
        HttpServletResponse response = new HttpServletResponseWrapper(nothing(HttpServletResponse.class)) {
            @Override
            public void addHeader(String name, String value) {}

            @Override
            public @Nullable String getHeader(String name) {
                return "private";
            }
        };
        long bytes = allocated(filter, new Page("epik=dj0yJnU9", "cart=3"), response, (request, answer) -> {});
        assertTrue(bytes > 50L * REQUESTS, () -> bytes + " bytes");
    }

    private static long allocated(EpikFilter filter, Page page, HttpServletResponse response, FilterChain chain)
            throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < REQUESTS; i++) {
            filter.doFilter(page, response, chain);
        }
        return threads.getThreadAllocatedBytes(thread) - before;
    }

    private static <T> T nothing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
    }

    /** A request whose texts and headers are created once. */
    private static final class Page extends HttpServletRequestWrapper {
        private final String query;
        private final Cookies cookies;

        Page(String query, String cookies) {
            super(nothing(HttpServletRequest.class));
            this.query = query;
            this.cookies = new Cookies(cookies);
        }

        @Override
        public String getMethod() {
            return "GET";
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
        }

        @Override
        public String getRequestURI() {
            return "/products/blue-shoes";
        }

        @Override
        public String getQueryString() {
            return query;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return name.equals("Accept") ? "text/html" : null;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return cookies.again();
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return null;
        }

        @Override
        public void setAttribute(String name, Object value) {}

        @Override
        public boolean isSecure() {
            return true;
        }
    }

    @SuppressWarnings("JdkObsolete") // part of the servlet API
    private static final class Cookies implements Enumeration<String> {
        private final String line;
        private boolean read;

        Cookies(String line) {
            this.line = line;
        }

        Cookies again() {
            read = false;
            return this;
        }

        @Override
        public boolean hasMoreElements() {
            return !read;
        }

        @Override
        public String nextElement() {
            read = true;
            return line;
        }
    }
}
