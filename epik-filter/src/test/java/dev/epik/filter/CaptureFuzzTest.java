// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For any query, cookie, referrer or beacon, the page is served once and only well-formed headers are written. Without
 * {@code JAZZER_FUZZ=1} in the environment, only the seeds are run; see CONTRIBUTING.
 */
class CaptureFuzzTest {
    /** A limit for a machine that was suspended. Normally the number of executions ends a target. */
    private static final String MAX_DURATION = "40m";

    private static final Pattern CLICK_ID = Pattern.compile("[A-Za-z0-9_.~+/=-]{1,512}");
    private static final String ATTRIBUTES = "(; Domain=[a-z0-9.-]{1,253})?; SameSite=Lax";
    private static final Pattern WRITTEN =
            Pattern.compile("_epik=" + CLICK_ID + "; Path=/; Max-Age=31536000" + ATTRIBUTES);
    private static final Pattern ERASED =
            Pattern.compile("(_epik|_derived_epik|_pin_unauth)=; Path=/; Max-Age=0" + ATTRIBUTES);
    private static final Pattern ANSWER_ERASED = Pattern.compile("_epik_consent=; Path=/; Max-Age=0" + ATTRIBUTES);
    private static final Pattern ANSWER =
            Pattern.compile("_epik_consent=(granted|denied); Path=/; Max-Age=15552000" + ATTRIBUTES);

    private final EpikFilter filter = new EpikFilter();

    @FuzzTest(maxExecutions = 500_000, maxDuration = MAX_DURATION)
    void query(byte[] bytes) throws Exception {
        Exchange exchange = new Exchange("GET", "/", Map.of("Host", "www.shop.example"), text(bytes), new byte[0]);
        exchange.run(filter);
        exchange.setsOnlyItsOwnCookies();
        ClickId.Found found = ClickId.inQuery(text(bytes), 512);
        assertEquals(found == null || found.clickId() == null ? 0 : 1, exchange.setCookies.size());
    }

    @FuzzTest(maxExecutions = 250_000, maxDuration = MAX_DURATION)
    void cookie(byte[] bytes) throws Exception {
        for (String gpc : List.of("0", "1")) {
            Map<String, String> headers = Map.of("Host", "shop.example", "Cookie", text(bytes), "Sec-GPC", gpc);
            Exchange exchange = new Exchange("GET", "/", headers, "epik=abc", new byte[0]);
            exchange.run(filter);
            exchange.setsOnlyItsOwnCookies();
            assertTrue(exchange.setCookies.size() <= 6, "at max the two variants of three are erased");
        }
        String kept = ClickId.fromCookies(Collections.enumeration(List.of(text(bytes))), 512);
        assertTrue(kept == null || CLICK_ID.matcher(kept).matches());
    }

    /** The input is the referrer and the host, one per line. */
    @FuzzTest(maxExecutions = 250_000, maxDuration = MAX_DURATION)
    void referrer(byte[] bytes) throws Exception {
        String[] lines = (text(bytes) + "\n\n").split("\n", -1);
        for (String name : List.of("Host", "X-Forwarded-Host", "Forwarded")) {
            Exchange exchange =
                    new Exchange("GET", "/", Map.of("Referer", lines[0], name, lines[1]), null, new byte[0]);
            exchange.run(filter);
            exchange.setsOnlyItsOwnCookies();
        }
    }

    @FuzzTest(maxExecutions = 125_000, maxDuration = MAX_DURATION)
    void beacon(byte[] bytes) throws Exception {
        Map<String, String> headers = Map.of(
                "Host", "shop.example",
                "Sec-Fetch-Site", "same-origin",
                "Content-Type", "text/plain",
                "Cookie", "_epik=old");
        Exchange exchange = new Exchange("POST", "/_epik", headers, null, bytes);
        exchange.run(filter);
        assertEquals(0, exchange.served, "the filter answers itself");
        assertTrue(List.of(204, 400, 404, 413).contains(exchange.status), () -> "status " + exchange.status);
        assertTrue(exchange.status == 204 || exchange.setCookies.isEmpty());
        exchange.setsOnlyItsOwnCookies();
        if (PageEvent.isIn(text(bytes))) {
            assertTrue(exchange.status > 204, "no application takes page events");
            return;
        }
        BeaconBody beacon = BeaconBody.parse(text(bytes), 512);
        assertEquals(beacon != null && bytes.length <= 1024, exchange.status == 204);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1); // as containers decode bytes
    }

    /** One request and its response. */
    private static final class Exchange implements FilterChain {
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final List<String> setCookies = new ArrayList<>();
        private final Map<String, @Nullable Object> attributes = new HashMap<>();
        private int served;
        private int status = 200;

        Exchange(String method, String uri, Map<String, String> headers, @Nullable String query, byte[] body) {
            request = proxy(HttpServletRequest.class, (proxy, called, arguments) -> switch (called.getName()) {
                case "getMethod" -> method;
                case "getDispatcherType" -> DispatcherType.REQUEST;
                case "getRequestURI" -> uri;
                case "getContextPath" -> "";
                case "getQueryString" -> query;
                case "getServerName" -> headers.get("Host");
                case "getServerPort" -> 80;
                case "getHeader" -> arguments[0].equals("Accept") ? "text/html" : headers.get(arguments[0]);
                case "getHeaders" -> {
                    String value = headers.get(arguments[0]);
                    yield Collections.enumeration(value == null ? List.of() : List.of(value));
                }
                case "getContentLengthLong" -> -1L;
                case "getInputStream" -> new Bytes(body);
                case "getAttribute" -> attributes.get(arguments[0]);
                case "getServletContext" -> proxy(ServletContext.class, (context, asked, name) -> null);
                case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                case "isSecure" -> false;
                default -> throw new UnsupportedOperationException(called.toString());
            });
            response = proxy(HttpServletResponse.class, (proxy, called, arguments) -> {
                switch (called.getName()) {
                    case "addHeader" -> {
                        if (arguments[0].equals("Set-Cookie")) {
                            setCookies.add((String) arguments[1]);
                        }
                    }
                    case "setStatus" -> status = (Integer) arguments[0];
                    default -> {}
                }
                boolean asksForCookies = called.getName().equals("getHeaders") && arguments[0].equals("Set-Cookie");
                return asksForCookies ? List.copyOf(setCookies) : null;
            });
        }

        void run(EpikFilter filter) throws Exception {
            filter.doFilter(request, response, this);
        }

        @Override
        public void doFilter(jakarta.servlet.ServletRequest page, jakarta.servlet.ServletResponse answer) {
            served++;
        }

        /**
         * Checks the cookies: one click id that is written, or erased ones, and the visitor's answer for the host and
         * its parent.
         */
        void setsOnlyItsOwnCookies() {
            long written = count(WRITTEN);
            long erased = count(ERASED);
            assertTrue(written <= 1, setCookies::toString);
            assertTrue(written == 0 || erased == 0, setCookies::toString);
            long answers = count(ANSWER) + count(ANSWER_ERASED);
            assertTrue(count(ANSWER) <= 2, setCookies::toString);
            assertEquals(setCookies.size(), written + erased + answers, setCookies::toString);
            Object landed = attributes.get(EpikFilter.REQUEST_CLICK_ID);
            if (landed != null) {
                assertTrue(CLICK_ID.matcher((String) landed).matches());
            }
        }

        private long count(Pattern form) {
            return setCookies.stream()
                    .filter(line -> form.matcher(line).matches())
                    .count();
        }

        private static <T> T proxy(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    private static final class Bytes extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Bytes(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int max) {
            return bytes.read(into, from, max);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
