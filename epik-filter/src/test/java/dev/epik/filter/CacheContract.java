// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.cache.RealCaches;
import dev.epik.testing.cache.RequiresCaches;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the responses that shared caches may store. */
abstract class CacheContract extends BeaconContract {
    /** Returns the pages of {@code CachingServlet}. Each asks shared caches to store it in another way. */
    static Stream<String> ways() {
        return Stream.of(
                "set",
                "add",
                "cdn",
                "no-store",
                "own-cookie",
                "unset",
                "reset",
                "only-reset",
                "not-modified",
                "redirect",
                "error",
                "throw",
                "async",
                "async-dispatch",
                "int",
                "litespeed",
                "ahead",
                "ahead-set",
                "ahead-error",
                "wrapped",
                "forward",
                "looks");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void responseThatSetsTheCookieIsAlwaysPrivate(String path) throws Exception {
        Answer answer = shop.get("/caching/" + path + "?epik=abc");
        assertEquals(
                1,
                answer.all("Set-Cookie").stream()
                        .filter(cookie -> cookie.startsWith("_epik=abc;"))
                        .count(),
                answer::toString);
        String cacheControl = String.join(", ", answer.all("Cache-Control"));
        assertTrue(cacheControl.contains("private") || cacheControl.contains("no-store"), answer::toString);
        for (String open : List.of("public", "s-maxage", "immutable")) {
            assertFalse(cacheControl.contains(open), answer::toString);
        }
        for (String cdn :
                List.of("CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "X-Accel-Expires")) {
            answer.all(cdn).forEach(value -> assertTrue(value.matches("no-store|0"), answer::toString));
        }
        answer.all("X-LiteSpeed-Cache-Control").forEach(value -> assertEquals("no-cache", value, answer::toString));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set", "add", "reset", "error", "async", "async-dispatch", "ahead", "ahead-set", "forward"})
    void leavesCacheHeadersOfOtherResponsesAlone(String path) throws Exception {
        String cacheControl = String.join(", ", shop.get("/caching/" + path).all("Cache-Control"));
        assertTrue(cacheControl.contains("public") && cacheControl.contains("s-maxage=600"), cacheControl);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void carelessCacheNeverGivesAClickIdToAnotherVisitor(String path) throws Exception {
        SharedCache cache = new SharedCache(shop);
        assertEquals(1, ours(cache.get("/caching/" + path + "?epik=first")));
        assertEquals(0, ours(cache.get("/caching/" + path)), "the click of another");
        SharedCache denying = new SharedCache(shop);
        denying.get("/caching/" + path, "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(0, ours(denying.get("/caching/" + path, "Cookie: _epik=abc")), "the denial of another");
    }

    /** The same rule, with nginx and Varnish: with default configurations and with usual recipes. */
    @ParameterizedTest
    @MethodSource("ways")
    @RequiresCaches
    void realCachesNeverGiveAClickIdToAnotherVisitor(String path) throws Exception {
        for (RealCaches.Recipe recipe : RealCaches.Recipe.ofPages()) {
            Wire cache = new Wire(realCaches().port(recipe));
            String visits = "Host: visits.shop.example"; // part of the caches' keys
            Answer first = cache.get("/caching/" + path + "?epik=first", visits);
            boolean passes =
                    !path.equals("not-modified"); // Varnish treats a 304 without a conditional request as an error
            assertTrue(!passes || ours(first) == 1, () -> recipe + " loses the click: " + first);
            assertEquals(0, ours(cache.get("/caching/" + path, visits)), recipe + " hands on the click of another");
            String denials = "Host: denials.shop.example";
            cache.get("/caching/" + path, denials, "Cookie: _epik=abc", "Sec-GPC: 1");
            assertEquals(0, ours(cache.get("/caching/" + path, denials)), recipe + " hands on the denial of another");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/app.css?epik=planted", "/assets/app.css"})
    @RequiresCaches
    void realCachesNeverStoreAStyleSheetWithAClickId(String target) throws Exception {
        Wire cache = new Wire(realCaches().port(RealCaches.Recipe.NGINX_STATIC_FILES));
        String host = "Host: static.shop.example";
        cache.get(target, host, "Accept: text/css", "Referer: http://static.shop.example/?epik=planted");
        assertEquals(0, ours(cache.get("/assets/app.css", host, "Accept: text/css")));
    }

    /** Shows that the tests above can fail. */
    @Test
    @RequiresCaches
    void realCachesStorePublicResponses() throws Exception {
        for (RealCaches.Recipe recipe : RealCaches.Recipe.values()) {
            Wire cache = new Wire(realCaches().port(recipe));
            cache.get("/caching/own-page", "Host: pages.shop.example");
            Answer second = cache.get("/caching/own-page", "Host: pages.shop.example");
            assertEquals(List.of("HIT"), second.all("X-Cache"), recipe::toString);
        }
    }

    private @Nullable RealCaches realCaches;

    private RealCaches realCaches() throws Exception {
        RealCaches there = realCaches;
        if (there == null) {
            there = RealCaches.start(dropIn.port());
            realCaches = there;
        }
        return there;
    }

    @AfterAll
    void stopRealCaches() {
        if (realCaches != null) {
            realCaches.close();
        }
    }

    /** One async dispatch with a response that the application has wrapped. */
    @Test
    void setsHeadersOnceForAWrappedResponse() throws Exception {
        assertEquals(
                List.of("private, max-age=600"),
                shop.get("/caching/wrapped?epik=abc").all("Cache-Control"));
    }

    @Test
    void asyncDispatchHasTheSameTargetWithAndWithoutAClickId() throws Exception {
        Answer without = shop.get("/caching/forward");
        Answer with = shop.get("/caching/forward?epik=abc");
        assertEquals(List.of("/caching/forward"), without.all("X-Dispatched"));
        assertEquals(without.all("X-Dispatched"), with.all("X-Dispatched"));
        if (!seesWrappersInStartAsync()) {
            assertEquals(without.all("X-Original"), with.all("X-Original"));
        }
    }

    /** Returns whether {@code startAsync()} treats the wrappers of filters as the original request and response. */
    boolean seesWrappersInStartAsync() {
        return false;
    }

    @Test
    void carelessCacheStoresPublicResponses() throws Exception {
        SharedCache cache = new SharedCache(shop);
        cache.get("/caching/add");
        cache.get("/caching/add");
        cache.get("/caching/async");
        cache.get("/caching/async");
        assertEquals(2, cache.hits());
    }

    @Test
    void erasureIsPrivateToo() throws Exception {
        Answer answer = shop.get("/caching/set", "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(2, answer.all("Set-Cookie").size());
        assertEquals(List.of("private, max-age=60"), answer.all("Cache-Control"));
    }

    @Test
    void defaultIsPrivateAndAllowsTheBackForwardCache() throws Exception {
        assertEquals(List.of("private, no-cache"), shop.get("/?epik=abc").all("Cache-Control"));
        assertEquals(List.of("no-store"), shop.get("/caching/no-store?epik=abc").all("Cache-Control"));
    }

    @Test
    void hidesItsCacheControlSoThatOthersSetTheirs() throws Exception {
        Answer answer = shop.get("/caching/looks?epik=abc");
        assertEquals(List.of("false null [] false"), answer.all("X-Seen"));
        assertEquals(List.of("private, no-cache"), answer.all("Cache-Control"));
    }
}
