// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.capi.servlet.EpikContextListener.PageEvents.Result;
import dev.epik.testing.Await;
import dev.epik.testkit.EventCounts;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Page events that the filter hands over. Runs also against the jar of the classifier {@code javax}. */
@Timeout(120)
class PageEventsTest {
    private static final String ATTRIBUTE = "dev.epik.pageEvents";
    private static final String TOKEN = "token";
    private static final String BROWSER = "Mozilla/5.0 (Windows NT 10.0) Firefox/120.0";

    private final Map<Object, Object> attributes = new HashMap<>();
    final ServletContext shop = (ServletContext) Proxy.newProxyInstance(
            ServletContext.class.getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "getAttribute" -> attributes.get(arguments[0]);
                case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
                case "removeAttribute" -> attributes.remove(arguments[0]);
                case "getContextPath" -> "";
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private FakePinterest pinterest;
    private int ids;

    @BeforeEach
    void start() throws Exception {
        pinterest = FakePinterest.builder(ACCOUNT, TOKEN).start();
        filterAnswers("granted; banner");
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    private void filterAnswers(String answer) {
        Function<HttpServletRequest, String> filter = request -> answer;
        attributes.put("dev.epik.consent", filter);
    }

    PageEvents.Builder pageEvents() {
        return PageEvents.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN))
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO);
    }

    private HttpServletRequest request(String address, String userAgent) {
        return request(address, userAgent, () -> null);
    }

    @SuppressWarnings("JdkObsolete") // getRequestURL returns a StringBuffer
    private HttpServletRequest request(String address, String userAgent, Supplier<@Nullable Object> clickId) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getHeader" -> arguments[0].equals("User-Agent") ? userAgent : null;
                    case "getHeaders" ->
                        Collections.enumeration(
                                arguments[0].equals("X-Forwarded-For") ? List.of("198.51.100.9") : List.of());
                    case "getRemoteAddr" -> address;
                    case "getServletContext" -> shop;
                    case "getRequestURL" -> new StringBuffer("https://shop.example/_epik");
                    case "getAttribute" -> clickId.get();
                    case "getQueryString", "getCookies" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @SuppressWarnings("unchecked")
    private BiConsumer<HttpServletRequest, Map<String, String>> taker() {
        return (BiConsumer<HttpServletRequest, Map<String, String>>) Objects.requireNonNull(attributes.get(ATTRIBUTE));
    }

    void visit(String address) {
        taker().accept(request(address, BROWSER), visitValues("1764239000000-0." + ids++));
    }

    private static Map<String, String> visitValues(String id) {
        return Map.of("event", "page_visit", "id", id, "page", "https://shop.example/product/1");
    }

    private static Map<Result, Long> only(Map<Result, Long> expected) {
        Map<Result, Long> all = new EnumMap<>(Result.class);
        for (Result result : Result.values()) {
            all.put(result, expected.getOrDefault(result, 0L));
        }
        return all;
    }

    @Test
    void aPageEventArrivesWithTheVisitOfTheBeaconAndCountsOnceWithItsTag() throws Exception {
        try (PageEvents opened = pageEvents().open(shop)) {
            taker().accept(request("203.0.113.7", BROWSER), visitValues("1764239000000-0.25"));
            ReceivedEvent received =
                    pinterest.awaitEvents(1, Duration.ofSeconds(30)).get(0);
            assertEquals("page_visit", received.name());
            assertTrue(received.json().contains("203.0.113.7"), "the visitor's address");
            assertTrue(received.json().contains("https://shop.example/product/1"), "the page");
            pinterest.tagHit("pagevisit", "{\"event_id\":\"1764239000000-0.25\"}");
            assertEquals(new EventCounts(1, 1, 1), pinterest.countsOf("page_visit", "1764239000000-0.25"));
            taker().accept(request("203.0.113.7", BROWSER), visitValues("1764239000000-0.25"));
            assertEquals(1, opened.counts().get(Result.DUPLICATE));
        }
    }

    @Test
    void isOffUntilItIsOpenedAndAgainWhenItIsClosed() {
        assertFalse(attributes.containsKey(ATTRIBUTE));
        PageEvents opened = pageEvents().open(shop);
        BiConsumer<HttpServletRequest, Map<String, String>> taker = taker();
        opened.close();
        assertFalse(attributes.containsKey(ATTRIBUTE));
        taker.accept(request("203.0.113.7", BROWSER), visitValues("1764239000000-0.25"));
        assertEquals(only(Map.of(Result.DROPPED, 1L)), opened.counts());
    }

    @Test
    void closingAnOlderOneKeepsTheNewerOneOpen() {
        PageEvents older = pageEvents().open(shop);
        try (PageEvents newer = pageEvents().open(shop)) {
            older.close();
            visit("203.0.113.7");
            assertEquals(1, newer.counts().get(Result.QUEUED));
        }
    }

    @Test
    void refusesRobotsAndVisitorsWithoutConsent() {
        try (PageEvents opened = pageEvents().open(shop)) {
            taker().accept(request("203.0.113.7", "Googlebot/2.1"), visitValues("1764239000000-0.25"));
            filterAnswers("denied; banner");
            visit("203.0.113.7");
            filterAnswers("unknown; banner");
            visit("203.0.113.7");
            assertEquals(only(Map.of(Result.ROBOT, 1L, Result.NO_CONSENT, 2L)), opened.counts());
        }
    }

    @Test
    void sendsOnlyWhatTheSettingsForPrivacyAllow() throws Exception {
        Privacy settings =
                Privacy.defaults().withPageUrl(Privacy.PageUrl.ORIGIN).withSearchString(false);
        try (PageEvents opened = pageEvents().searchText(true).privacy(settings).open(shop)) {
            Map<String, String> values = new HashMap<>(visitValues("1764239000000-0.25"));
            values.put("event", "search");
            values.put("search", "iris@shop.example");
            taker().accept(request("203.0.113.7", BROWSER), values);
            String json =
                    pinterest.awaitEvents(1, Duration.ofSeconds(30)).get(0).json();
            assertTrue(json.contains("\"https://shop.example/\""), json);
            assertFalse(json.contains("iris"), json);
            assertEquals(1, opened.counts().get(Result.QUEUED));
        }
    }

    @Test
    void aRevocationCancelsWaitingPageEventsAndNoOther() throws Exception {
        AtomicReference<Object> clickId = new AtomicReference<>("revoked");
        try (PageEvents opened =
                pageEvents().capacity(2).linger(Duration.ofHours(1)).open(shop)) {
            HttpServletRequest withClick = request("203.0.113.7", BROWSER, clickId::get);
            taker().accept(withClick, visitValues("1764239000000-0.1"));
            clickId.set("stays");
            taker().accept(withClick, visitValues("1764239000000-0.2"));
            EpikContextListener listener = listener();
            listener.contextInitialized(new ServletContextEvent(shop));
            revoked().accept("revoked");
            Await.until(() -> ((PageEventQueue) taker()).waiting() == 1);
            assertEquals(2, opened.counts().get(Result.QUEUED));
            listener.contextDestroyed(new ServletContextEvent(shop));
        }
    }

    private EpikContextListener listener() {
        return new EpikContextListener() {
            @Override
            protected EpikClient open(ServletContext context) {
                return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), MemoryOutbox.ofCapacity(10))
                        .baseUrl(pinterest.uri())
                        .open();
            }
        };
    }

    @SuppressWarnings("unchecked")
    private Consumer<String> revoked() {
        return (Consumer<String>) Objects.requireNonNull(attributes.get("dev.epik.revoked"));
    }

    @Test
    void refusesASaleThatSomethingElseHandsOver() {
        try (PageEvents opened = pageEvents().open(shop)) {
            taker().accept(
                            request("203.0.113.7", BROWSER),
                            Map.of("event", "checkout", "id", "1764239000000-0.25", "value", "1000000"));
            assertEquals(only(Map.of(Result.INVALID, 1L)), opened.counts());
        }
    }

    @Test
    void limitsEachAddress() {
        try (PageEvents opened = pageEvents().maxPerMinute(1).open(shop)) {
            visit("203.0.113.7");
            visit("203.0.113.7");
            visit("203.0.113.8");
            assertEquals(1, opened.counts().get(Result.LIMITED));
        }
    }

    @Test
    void limitsTheAddressThatTheTrustedProxyNames() {
        try (PageEvents opened = pageEvents()
                .maxPerMinute(1)
                .trustedProxies(TrustedProxies.xForwardedFor("10.0.0.0/8"))
                .open(shop)) {
            visit("10.0.0.1");
            visit("10.0.0.2"); // the same visitor through another proxy
            assertEquals(1, opened.counts().get(Result.LIMITED));
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(EpikException.class, () -> pageEvents().maxPerMinute(0));
        assertThrows(EpikException.class, () -> pageEvents().capacity(100_001));
    }

    /**
     * Pinterest answers no page event, and far more come than the queue holds. The sales have an outbox, slots and
     * threads of their own, so each is stored and accepted.
     */
    @Test
    void aFloodOfPageEventsDelaysNoSale(@TempDir Path folder) throws Exception {
        FakePinterest stalled = FakePinterest.builder(ACCOUNT, TOKEN).start();
        stalled.delayResponses(Duration.ofMinutes(5));
        AtomicBoolean flooding = new AtomicBoolean(true);
        int sales = 100;
        try (stalled;
                PageEvents opened = pageEvents()
                        .baseUrl(stalled.uri())
                        .capacity(500)
                        .maxPerMinute(10_000)
                        .open(shop);
                EpikClient client = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), SqliteOutbox.open(folder.resolve("epik.db")))
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .open()) {
            Thread flood = new Thread(() -> {
                for (int i = 0; flooding.get(); i++) {
                    visit("10." + i % 200 + "." + i / 200 % 200 + ".1");
                }
            });
            flood.start();
            try {
                for (int i = 0; i < sales; i++) {
                    assertInstanceOf(SubmitResult.Stored.class, client.submit(sale(i)));
                }
                pinterest.awaitEvents(sales, Duration.ofSeconds(60));
            } finally {
                flooding.set(false);
                flood.join();
            }
            assertEquals(sales, pinterest.received().size(), "no page event went the way of the sales");
            assertTrue(opened.counts().getOrDefault(Result.DROPPED, 0L) > 0, "the queue was full");
            assertEquals(500, opened.counts().get(Result.QUEUED), "the capacity");
            assertTrue(stalled.requests() <= 1, "one request at a time");
        }
    }

    private static ConversionEvent sale(int number) {
        return ConversionEvent.checkout("order-" + number)
                .value(new BigDecimal("19.99"), "EUR")
                .visit(Visit.of(Visit.Consent.GRANTED, "the checkout")
                        .withIp("203.0.113.7")
                        .withUserAgent(BROWSER))
                .build();
    }

    @Test
    void failsToOpenWithAnInvalidAddressOfTheApi() {
        assertThrows(
                EpikException.class,
                () -> pageEvents()
                        .baseUrl(URI.create("http://api.pinterest.com"))
                        .open(shop));
        assertFalse(attributes.containsKey(ATTRIBUTE));
    }
}
