// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The click id of a denial is handed over through the servlet context. */
class RevokedTest {
    private final List<String> revoked = new ArrayList<>();
    private final Consumer<String> receiver = revoked::add;
    private final ConsentDecider denies = request -> ConsentDecider.Decision.denied("a test");

    private static Capture capture(@Nullable ConsentDecider decider) {
        return new Capture(Settings.read(Map.of(), name -> null, name -> null), decider, new CaptureCounters());
    }

    private HttpServletRequest request(String cookie, @Nullable Object attribute) {
        ServletContext context = proxy(ServletContext.class, (proxy, method, arguments) -> attribute);
        return proxy(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getHeaders" -> Collections.enumeration(List.of(cookie));
            case "getHeader" -> arguments[0].equals("Accept") ? "text/html" : null;
            case "getServletContext" -> context;
            case "getServerName" -> "www.shop.example";
            case "getServerPort" -> 443;
            case "isSecure" -> true;
            default -> null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private List<String> visit(ConsentDecider decider, String cookie, @Nullable Object attribute) {
        Capture capture = capture(decider);
        HttpServletRequest request = request(cookie, attribute);
        Capture.CaptureInput input = capture.read(request);
        return input == null ? List.of() : capture.setCookies(input, request, false);
    }

    @Test
    void aPageReportsTheCookieThatItErases() {
        assertFalse(visit(denies, "_epik=abc", receiver).isEmpty());
        assertEquals(List.of("abc"), revoked);
    }

    @Test
    void aPageWithoutTheCookieReportsNothing() {
        visit(denies, "other=abc", receiver);
        visit(request -> ConsentDecider.Decision.granted("a test"), "_epik=abc", receiver);
        visit(request -> ConsentDecider.Decision.unknown("a test"), "_epik=abc", receiver);
        assertEquals(List.of(), revoked);
    }

    @Test
    void aDeciderThatFailsErasesTheCookieAndReportsNothing() {
        ConsentDecider failing = request -> {
            throw new IllegalStateException("a bug");
        };
        assertFalse(visit(failing, "_epik=abc", receiver).isEmpty());
        assertEquals(List.of(), revoked);
    }

    @Test
    void aReceiverThatFailsOrIsMissingChangesNothing() {
        Consumer<String> failing = clickId -> {
            throw new IllegalStateException("a bug");
        };
        List<String> erased = visit(denies, "_epik=abc", receiver);
        assertEquals(erased, visit(denies, "_epik=abc", failing));
        assertEquals(erased, visit(denies, "_epik=abc", null));
        assertEquals(erased, visit(denies, "_epik=abc", "not a receiver"));
    }

    @ParameterizedTest
    @CsvSource({
        "consent=denied&epik=body, other=1, body",
        "consent=denied&epik=body, _epik=cookie, body",
        "consent=denied, _epik=cookie, cookie",
        "consent=denied, other=1, ''",
        "consent=granted&epik=body, _epik=cookie, ''",
        "epik=body, _epik_consent=denied; _epik=cookie, cookie",
    })
    void aBeaconReportsTheClickIdThatTheScriptNamesOrTheCookie(String body, String cookie, String expected) {
        BeaconBody parsed = Objects.requireNonNull(BeaconBody.parse(body, 512));
        capture(null).handleBeacon(parsed, request(cookie, receiver));
        assertEquals(expected, String.join(",", revoked));
    }
}
