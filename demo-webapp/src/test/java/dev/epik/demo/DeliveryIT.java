// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.epik.testkit.FakePinterest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks over HTTP, without a script, that no sale is lost while Pinterest or the shop is unavailable. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryIT {
    private static final String CLICK_ID = "dj0yJnU9ZGVtby1jbGljayZuPTEyMzQ1Njc4OTA";

    private DemoProcess shop;

    @BeforeAll
    void start() throws Exception {
        shop = new DemoProcess();
    }

    @BeforeEach
    void setHealthy() throws Exception {
        shop.setPinterest("healthy");
        awaitNothingWaiting(shop);
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    /** Places an order, opens its thank-you page, and returns the order number. */
    private static String buy(DemoProcess demo) throws Exception {
        HttpResponse<String> redirect = demo.post(
                "/checkout",
                Map.of("email", "jane@shop.example", "sku", "lamp-03", "quantity", "1"),
                "Cookie",
                "_epik=" + CLICK_ID);
        assertEquals(303, redirect.statusCode());
        String thankYou = redirect.headers().firstValue("Location").orElse("");
        assertEquals(200, demo.get(thankYou).statusCode());
        return thankYou.substring("/thank-you/".length());
    }

    private static boolean isReceived(DemoProcess demo, String order) throws Exception {
        for (JsonNode each : demo.events()) {
            if (each.at("/event/event_id").asText().equals(order)
                    && each.path("status").asText().equals("processed")) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode event(JsonNode state, String order) {
        for (JsonNode event : state.path("events")) {
            if (event.path("id").asText().equals(order)) {
                return event;
            }
        }
        throw new AssertionError(order + " is not in " + state);
    }

    private static String pausedUntil(JsonNode state) {
        return state.at("/delivery/pausedUntil").asText();
    }

    private static void awaitNothingWaiting(DemoProcess demo) throws Exception {
        demo.awaitState(state -> state.at("/delivery/waiting").asInt() == 0);
    }

    @ParameterizedTest
    @CsvSource({"429, 429", "500, 500", "down, cannot be reached"})
    void duringAnOutageASaleWaitsAndIsSentAfterwards(String state, String reason) throws Exception {
        shop.setPinterest(state);
        String order = buy(shop);
        JsonNode broken =
                shop.awaitState(now -> !now.at("/delivery/pause").asText().isEmpty());
        assertEquals(1, broken.at("/delivery/waiting").asInt());
        assertTrue(broken.at("/delivery/pause").asText().contains(reason), broken::toString);
        assertEquals("Waiting", event(broken, order).at("/status/title").asText());
        String page = shop.get("/inspector").body();
        assertTrue(page.contains("1 waiting") && page.contains("No event is lost."), page);
        assertFalse(isReceived(shop, order));

        shop.setPinterest("healthy");
        awaitNothingWaiting(shop);
        assertTrue(isReceived(shop, order));
        assertTrue(shop.get("/inspector").body().contains("Nothing waiting"));
    }

    @Test
    void checkoutDoesNotWaitForASlowPinterest() throws Exception {
        shop.setPinterest("slow");
        String order = buy(shop);
        assertFalse(isReceived(shop, order));
        assertTrue(shop.get("/inspector/delivery").body().contains("1 waiting"));
        shop.setPinterest("healthy");
        awaitNothingWaiting(shop);
        assertTrue(isReceived(shop, order));
    }

    @Test
    void keepsARejectedSaleWithItsReasonUntilItIsRedriven() throws Exception {
        shop.setPinterest("rejects");
        List<String> rejected = new ArrayList<>();
        String accepted = "";
        for (int i = 0; i < 4; i++) {
            String order = buy(shop);
            if (isRejected(order)) {
                rejected.add(order);
            } else {
                accepted = order;
            }
        }
        String first = rejected.get(0);
        String second = rejected.get(1);
        // the outbox settles the event before it notifies the journal
        JsonNode state = shop.awaitState(now -> now.at("/delivery/dead").asInt() == 2
                && event(now, second).at("/status/title").asText().equals("Rejected by Pinterest"));
        assertEquals(0, state.at("/delivery/waiting").asInt());
        assertTrue(state.at("/delivery/letters/0/reason").asText().startsWith("Rejected on purpose"), state::toString);
        assertTrue(isReceived(shop, accepted));
        String page = shop.get("/inspector").body();
        assertTrue(page.contains("dead letters: 2") && page.contains("Rejected on purpose"), page);

        shop.setPinterest("healthy");
        assertEquals(303, shop.post("/inspector/redrive", Map.of("id", first)).statusCode());
        JsonNode one = shop.awaitState(
                now -> event(now, first).at("/status/level").asText().equals("good"));
        assertEquals(1, one.at("/delivery/dead").asInt());
        assertTrue(isReceived(shop, first));
        assertFalse(isReceived(shop, second));

        assertEquals(303, shop.post("/inspector/redrive", Map.of()).statusCode());
        shop.awaitState(now -> event(now, second).at("/status/level").asText().equals("good"));
        assertTrue(isReceived(shop, second));
        assertFalse(shop.get("/inspector").body().contains("dead letters"));
    }

    /** Returns whether the simulated Pinterest rejects this order in the state "rejects": its number is odd. */
    private static boolean isRejected(String order) {
        return order.matches(".*[13579]");
    }

    @Test
    void tryNowEndsThePauseWithoutAStateChange() throws Exception {
        shop.setPinterest("429");
        String order = buy(shop);
        String first = pausedUntil(shop.awaitState(state -> !pausedUntil(state).isEmpty()));
        assertEquals(303, shop.post("/inspector/try-now", Map.of()).statusCode());
        // the attempt fails, which starts a later pause
        shop.awaitState(state -> pausedUntil(state).compareTo(first) > 0);
        assertFalse(isReceived(shop, order));
        shop.setPinterest("healthy");
        awaitNothingWaiting(shop);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nextRunDeliversTheEventsOfTheLastRun(boolean killed, @TempDir Path directory) throws Exception {
        String file = directory.resolve("outbox.db").toString();
        String dead;
        String first;
        String second;
        try (DemoProcess demo = new DemoProcess("EPIK_OUTBOX", file)) {
            demo.setPinterest("rejects");
            String one = buy(demo);
            String other = buy(demo);
            dead = isRejected(one) ? one : other;
            demo.awaitState(state -> state.at("/delivery/dead").asInt() == 1
                    && state.at("/delivery/accepted").asInt() == 1);
            demo.setPinterest("429");
            first = buy(demo);
            demo.awaitState(state -> !state.at("/delivery/pausedUntil").isMissingNode());
            second = buy(demo);
            if (killed) {
                demo.kill();
            }
        }
        try (DemoProcess demo = new DemoProcess("EPIK_OUTBOX", file)) {
            JsonNode state = demo.awaitState(now -> now.at("/delivery/accepted").asInt() == 2
                    && now.path("events").size() == 2);
            assertTrue(isReceived(demo, first) && isReceived(demo, second));
            assertTrue(event(state, first).path("earlier").asBoolean());
            assertEquals(CLICK_ID, event(state, first).path("clickId").asText());
            assertEquals(1, event(state, second).path("counted").asInt());
            assertEquals(dead, state.at("/delivery/letters/0/id").asText());
            assertTrue(demo.get("/inspector").body().contains("from an earlier run"));

            demo.post("/inspector/redrive", Map.of());
            demo.awaitState(now -> now.at("/delivery/accepted").asInt() == 3);
            assertTrue(isReceived(demo, dead));
            assertFalse(event(demo.awaitState(now -> true), dead).isMissingNode());
        }
    }

    @Test
    void secondDemoUsesItsOwnFileAndReportsIt(@TempDir Path directory) throws Exception {
        String file = directory.resolve("shop.db").toString();
        try (DemoProcess one = new DemoProcess("EPIK_OUTBOX", file);
                DemoProcess two = new DemoProcess("EPIK_OUTBOX", file)) {
            assertFalse(one.get("/inspector").body().contains("open already"));
            String page = two.get("/inspector").body();
            assertTrue(page.contains("open already") && page.contains("shop-2.db"), page);
            one.setPinterest("down");
            String waiting = buy(one);
            String delivered = buy(two);
            awaitNothingWaiting(two);
            assertTrue(isReceived(two, delivered));
            assertFalse(isReceived(two, waiting));
            one.setPinterest("healthy");
            awaitNothingWaiting(one);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void byDefaultTheFileIsInTheHomeDirectoryReadableByTheOwnerOnly() throws Exception {
        try (DemoProcess demo = new DemoProcess("EPIK_OUTBOX", "")) {
            Path file = demo.home().resolve(".epik-demo").resolve("simulated.db");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            String page = demo.get("/inspector").body();
            assertTrue(page.contains("in ~/.epik-demo/simulated.db"), page);
            assertFalse(page.contains(demo.home().toString()), page);
        }
    }

    @Test
    void withoutAFileTheDemoUsesMemoryAndReportsIt(@TempDir Path directory) throws Exception {
        Path missing = directory.resolve("missing").resolve("outbox.db");
        try (DemoProcess demo = new DemoProcess("EPIK_OUTBOX", missing.toString())) {
            String page = demo.get("/inspector").body();
            assertTrue(page.contains("does not exist") && page.contains("lost when the demo ends"), page);
            String order = buy(demo);
            awaitNothingWaiting(demo);
            assertTrue(isReceived(demo, order));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "X-Forwarded-For, 192.0.2.7",
    })
    void formsOfOtherSitesCannotUseTheButtons(String header, String value) throws Exception {
        for (String button : new String[] {"pinterest", "try-now", "redrive"}) {
            assertEquals(
                    403,
                    shop.post("/inspector/" + button, Map.of("state", "down"), header, value)
                            .statusCode());
        }
        assertEquals(
                "healthy",
                shop.awaitState(state -> true).at("/delivery/pinterest").asText());
    }

    @Test
    void unknownButtonChangesNothing() throws Exception {
        assertEquals(
                400,
                shop.post("/inspector/pinterest", Map.of("state", "on fire")).statusCode());
        assertEquals(404, shop.post("/inspector/state.json", Map.of()).statusCode());
        assertEquals(404, shop.get("/inspector/redrive").statusCode());
        assertEquals(
                "healthy",
                shop.awaitState(state -> true).at("/delivery/pinterest").asText());
    }

    @Test
    void realAccountShowsTheQueueWithoutButtons() throws Exception {
        try (FakePinterest real = FakePinterest.builder("123", "a-token").start();
                DemoProcess demo = new DemoProcess(
                        "PINTEREST_AD_ACCOUNT_ID",
                        "123",
                        "PINTEREST_ACCESS_TOKEN",
                        "a-token",
                        "EPIK_API",
                        real.uri().toString())) {
            real.failEvents(DeliveryIT::isRejected, "on purpose");
            buy(demo);
            buy(demo);
            demo.awaitState(state -> state.at("/delivery/dead").asInt() == 1);
            String page = demo.get("/inspector").body();
            assertTrue(page.contains("dead letters: 1") && page.contains("on purpose"), page);
            assertFalse(page.contains("<button"), page);
            assertEquals(404, demo.post("/inspector/redrive", Map.of()).statusCode());
            assertEquals(
                    404,
                    demo.post("/inspector/pinterest", Map.of("state", "down")).statusCode());
        }
    }
}
