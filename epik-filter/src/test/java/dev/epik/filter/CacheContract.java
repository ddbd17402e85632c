// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What shared caches may keep. */
abstract class CacheContract extends BeaconContract {
    /** By which {@code CachingServlet} wants its pages kept by all. */
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
    void noSharedCacheMayKeepAResponseThatSetsTheCookieWhateverTheApplicationDoes(String path) throws Exception {
        Answer answer = shop.get("/caching/" + path + "?epik=abc");
        assertEquals(
                1,
                answer.all("Set-Cookie").stream()
                        .filter(cookie -> cookie.startsWith("_epik=abc;"))
                        .count(),
                answer::toString);
        String said = String.join(", ", answer.all("Cache-Control"));
        assertTrue(said.contains("private") || said.contains("no-store"), answer::toString);
        for (String open : List.of("public", "s-maxage", "immutable")) {
            assertFalse(said.contains(open), answer::toString);
        }
        for (String cdn :
                List.of("CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "X-Accel-Expires")) {
            answer.all(cdn).forEach(value -> assertTrue(value.matches("no-store|0"), answer::toString));
        }
        answer.all("X-LiteSpeed-Cache-Control").forEach(value -> assertEquals("no-cache", value, answer::toString));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set", "add", "reset", "error", "async", "async-dispatch", "ahead", "ahead-set", "forward"})
    void aResponseThatSetsNothingSaysToCachesWhatTheApplicationSays(String path) throws Exception {
        String said = String.join(", ", shop.get("/caching/" + path).all("Cache-Control"));
        assertTrue(said.contains("public") && said.contains("s-maxage=600"), said);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCarelessSharedCacheNeverHandsOneVisitorsClickToAnother(String path) throws Exception {
        SharedCache cache = new SharedCache(shop);
        assertEquals(1, ours(cache.get("/caching/" + path + "?epik=first")));
        assertEquals(0, ours(cache.get("/caching/" + path)), "the click of another");
        SharedCache denying = new SharedCache(shop);
        denying.get("/caching/" + path, "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(0, ours(denying.get("/caching/" + path, "Cookie: _epik=abc")), "the denial of another");
    }

    /** The same, with nginx and Varnish, each as it comes and as many shops set it up. */
    @ParameterizedTest
    @MethodSource("ways")
    @RequiresCaches
    void noRealCacheHandsOneVisitorsClickToAnother(String path) throws Exception {
        for (RealCaches.Recipe recipe : RealCaches.Recipe.ofPages()) {
            Wire cache = realCaches().of(recipe);
            String visits = "Host: visits.shop.example"; // a part of the caches' keys
            Answer first = cache.get("/caching/" + path + "?epik=first", visits);
            boolean passes = !path.equals("not-modified"); // unasked for, to Varnish an error
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
    void noRealCacheKeepsAStyleSheetWithAClick(String target) throws Exception {
        Wire cache = realCaches().of(RealCaches.Recipe.NGINX_STATIC_FILES);
        String host = "Host: static.shop.example";
        cache.get(target, host, "Accept: text/css", "Referer: http://static.shop.example/?epik=planted");
        assertEquals(0, ours(cache.get("/assets/app.css", host, "Accept: text/css")));
    }

    /** Otherwise the tests above could not fail. */
    @Test
    @RequiresCaches
    void theRealCachesKeepWhatTheyMay() throws Exception {
        for (RealCaches.Recipe recipe : RealCaches.Recipe.values()) {
            Wire cache = realCaches().of(recipe);
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

    /** Of one async dispatch, by a response that the application wrapped itself. */
    @Test
    void aWrappedResponseSaysItOnce() throws Exception {
        assertEquals(
                List.of("private, max-age=600"),
                shop.get("/caching/wrapped?epik=abc").all("Cache-Control"));
    }

    @Test
    void anAsyncDispatchGoesWhereItGoesWithoutAClick() throws Exception {
        Answer without = shop.get("/caching/forward");
        Answer with = shop.get("/caching/forward?epik=abc");
        assertEquals(List.of("/caching/forward"), without.all("X-Dispatched"));
        assertEquals(without.all("X-Dispatched"), with.all("X-Dispatched"));
        if (!seesWrappersInStartAsync()) {
            assertEquals(without.all("X-Original"), with.all("X-Original"));
        }
    }

    /** Whether {@code startAsync()} takes the wrappers of filters for the request and response that it was given. */
    boolean seesWrappersInStartAsync() {
        return false;
    }

    @Test
    void theCarelessCacheKeepsWhatItMay() throws Exception {
        SharedCache cache = new SharedCache(shop);
        cache.get("/caching/add");
        cache.get("/caching/add");
        cache.get("/caching/async");
        cache.get("/caching/async");
        assertEquals(2, cache.hits());
    }

    @Test
    void anErasureIsKeptFromSharedCachesToo() throws Exception {
        Answer answer = shop.get("/caching/set", "Cookie: _epik=abc", "Sec-GPC: 1");
        assertEquals(2, answer.all("Set-Cookie").size());
        assertEquals(List.of("private, max-age=60"), answer.all("Cache-Control"));
    }

    @Test
    void whereTheApplicationSaysNothingTheResponseIsPrivateAndMayGoBackAndForward() throws Exception {
        assertEquals(List.of("private, no-cache"), shop.get("/?epik=abc").all("Cache-Control"));
        assertEquals(List.of("no-store"), shop.get("/caching/no-store?epik=abc").all("Cache-Control"));
    }

    @Test
    void ourOwnCacheControlIsInvisibleSoThatOthersStillSetTheirs() throws Exception {
        Answer answer = shop.get("/caching/looks?epik=abc");
        assertEquals(List.of("false null [] false"), answer.all("X-Seen"));
        assertEquals(List.of("private, no-cache"), answer.all("Cache-Control"));
    }
}
