// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TickingClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakePinterestTest {
    private static final String TOKEN = "a-token-of-the-test";
    private static final String EVENTS = "/v5/ad_accounts/" + ACCOUNT + "/events";
    private static final String BROWSER = "\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"Mozilla/5.0\"";
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
    private static final String HASH = "a".repeat(64);

    private final HttpClient http = HttpClient.newHttpClient();
    private final TickingClock clock = new TickingClock(START);
    private final FakePinterest pinterest = start();

    private FakePinterest start() {
        try {
            return FakePinterest.builder(ACCOUNT, TOKEN).clock(clock).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    private HttpResponse<String> send(String method, String path, String token, String type, String body)
            throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(pinterest.uri().resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        PublishedSchema.checkAnswer(response.statusCode(), response.body());
        return response;
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        HttpResponse<String> response = send("POST", path, TOKEN, "application/json", body);
        if (response.statusCode() == 200) {
            PublishedSchema.check(body);
        }
        return response;
    }

    /** Sends one event and returns its status and message. */
    private String statusOf(String event) throws Exception {
        HttpResponse<String> response = post(EVENTS, data(event));
        assertEquals(200, response.statusCode(), response.body());
        List<ReceivedEvent> received = pinterest.received();
        ReceivedEvent last = received.get(received.size() - 1);
        assertEquals(event, last.json());
        return last.status() + ": " + last.error();
    }

    private String rejectionOf(String body) throws Exception {
        HttpResponse<String> response = post(EVENTS, body);
        assertEquals(400, response.statusCode(), response.body());
        assertEquals(List.of(), pinterest.received());
        return response.body();
    }

    private static String data(String... events) {
        return "{\"data\":[" + String.join(",", events) + "]}";
    }

    private String event(String id) {
        return event("checkout", id, BROWSER, "");
    }

    private String event(String name, String id, String userData, String more) {
        return "{\"event_name\":\"%s\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\",\"user_data\":{%s}%s}"
                .formatted(name, clock.instant().getEpochSecond(), id, userData, more);
    }

    // --- the whole request

    @Test
    void processesAValidEventAndKeepsItsExactText() throws Exception {
        assertEquals("processed: ", statusOf(event("1").replace(":", " : ")));
        assertEquals(
                "click_id is missing; sending it improves attribution",
                pinterest.received().get(0).warning());
        assertEquals("processed: ", statusOf(event("checkout", "2", BROWSER + ",\"click_id\":\"dj0y\"", "")));
        assertEquals("", pinterest.received().get(1).warning());
    }

    @Test
    void respondsInTheOrderOfTheRequest() throws Exception {
        HttpResponse<String> response =
                post(EVENTS, data(event("1"), event("no_such_name", "2", BROWSER, ""), event("3")));
        assertTrue(
                response.body().startsWith("{\"num_events_received\":3,\"num_events_processed\":2,"), response.body());
        assertEquals(
                List.of("processed", "failed", "processed"),
                pinterest.received().stream().map(ReceivedEvent::status).toList());
        assertTrue(response.body().contains("\"status\":\"failed\",\"error_message\":\"Invalid event_name\""));
    }

    @Test
    void acceptsAndListsTheAdvertiserDefinedEvents() throws Exception {
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT, TOKEN)
                .clock(clock)
                .advertiserEvent("add_shipping_info", "CHECKOUT")
                .start()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(fake.uri().resolve(EVENTS))
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Content-Type", "application/json");
            String events = data(
                    event("1").replace("checkout", "Add_Shipping_Info"),
                    event("2").replace("checkout", "gift_wrap"));
            http.send(request.POST(HttpRequest.BodyPublishers.ofString(events)).build(), BodyHandlers.ofString());
            assertEquals(
                    List.of("processed", "failed"),
                    fake.received().stream().map(ReceivedEvent::status).toList());
            URI list = fake.uri().resolve("/v5/ad_accounts/" + ACCOUNT + "/advertiser_defined_events");
            assertEquals(
                    "{\"items\":[{\"name\":\"add_shipping_info\",\"mapped_conversion_type\":\"CHECKOUT\"}]}",
                    http.send(request.uri(list).GET().build(), BodyHandlers.ofString())
                            .body());
        }
    }

    @Test
    void wrongTokenReturns401AndAnotherAccountReturns403() throws Exception {
        HttpResponse<String> wrongToken = send("POST", EVENTS, "another", "application/json", data(event("1")));
        assertEquals(401, wrongToken.statusCode());
        assertEquals("{\"code\":2,\"message\":\"Authentication failed.\"}", wrongToken.body());
        assertEquals(403, post("/v5/ad_accounts/123/events", data(event("1"))).statusCode());
        assertEquals(400, post("/v5/ad_accounts/x123/events", data(event("1"))).statusCode());
        assertEquals(405, send("PUT", EVENTS, TOKEN, "application/json", "{}").statusCode());
        assertEquals(
                400, send("POST", EVENTS, TOKEN, "text/plain", data(event("1"))).statusCode());
        assertEquals(404, post("/v5/ad_accounts/" + ACCOUNT + "/pins", "{}").statusCode());
        assertEquals(List.of(), pinterest.received());
        assertEquals(6, pinterest.requests());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{\"data\":[", "{\"data\":[]} x", "{\"data\":[],\"data\":[]}", "{data:[]}"})
    void bodyThatIsNotAJsonObjectReturns400(String body) throws Exception {
        rejectionOf(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"value\":72.39|custom_data.value: must be a string",
                "\"value\":\"1\",\"category_name\":\"x\"|('category_name' was unexpected)",
                "\"num_items\":\"3\"|custom_data.num_items: must be an integer",
                "\"num_items\":1.5|custom_data.num_items: must be an integer",
                "\"num_items\":null|custom_data.num_items: must not be null",
                "\"content_ids\":\"sku\"|custom_data.content_ids: must be a list of strings",
                "\"content_ids\":[7]|custom_data.content_ids[0]: must be a string",
                "\"contents\":[{\"item_price\":19.99}]|custom_data.contents[0].item_price: must be a string",
                "\"contents\":[{\"sku\":\"7\"}]|('sku' was unexpected)",
            })
    void wrongTypeOrUnknownKeyReturns400AndNamesThePath(String customData, String message) throws Exception {
        String body =
                rejectionOf(data(event("1"), event("checkout", "2", BROWSER, ",\"custom_data\":{" + customData + "}")));
        assertTrue(body.contains(message), body);
        assertTrue(body.contains("data[1]"), body);
        assertFalse(body.contains("72.39") || body.contains("19.99"), "the message quotes the value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_name", "action_source", "event_time", "event_id", "user_data"})
    void missingRequiredKeyReturns400(String key) throws Exception {
        String without = event("1")
                .replaceAll("\"" + key + "\":(\"[^\"]*\"|\\d+|\\{[^}]*\\}),?", "")
                .replace(",}", "}");
        assertTrue(rejectionOf(data(without)).contains("'" + key + "' is a required property"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"ph\":[\"x\"]",
                "\"click_id\":\"dj0y\"",
                "\"client_ip_address\":\"192.0.2.7\"",
                "\"client_user_agent\":\"Mozilla\"",
                "\"external_id\":[\"x\"]",
            })
    void eventWithoutMatchKeyReturns400(String userData) throws Exception {
        String body = data(event("checkout", "1", userData.replace("x", HASH), ""));
        assertTrue(rejectionOf(body).contains("needs em, or hashed_maids, or client_ip_address and client_user_agent"));
        assumeTrue(PublishedSchema.isGiven());
        assertThrows(AssertionError.class, () -> PublishedSchema.check(body), "the published schema accepts the body");
    }

    @Test
    void acceptsAtMost1000EventsPerRequest() throws Exception {
        List<String> events = Collections.nCopies(1000, event("1"));
        assertEquals(200, post(EVENTS, data(events.toArray(new String[0]))).statusCode());
        pinterest.clear();
        assertTrue(rejectionOf(data(String.join(",", events), event("1"))).contains("must have 1 to 1000 entries"));
        rejectionOf(data());
    }

    // --- one event

    @Test
    void validatesValuesPerEvent() throws Exception {
        assertEquals("failed: Invalid event_name", statusOf(event("PageVisit", "1", BROWSER, "")));
        assertEquals("failed: Invalid action_source", statusOf(event("1").replace("\"web\"", "\"phone\"")));
        assertEquals("failed: event_id must not be empty", statusOf(event("")));
        String late = "failed: event_time must be in seconds, and not in the future";
        String now = "" + START.getEpochSecond();
        assertEquals(late, statusOf(event("1").replace(now, now + "000")));
        assertEquals(late, statusOf(event("1").replace(now, "" + (START.getEpochSecond() + 3600))));
        assertEquals(
                "failed: user_data.em must be lower-case hex of SHA-256",
                statusOf(event("checkout", "1", "\"em\":[\"jane@shop.example\"]", "")));
        assertEquals(
                "failed: user_data.em must be lower-case hex of SHA-256",
                statusOf(event("checkout", "1", "\"em\":[\"" + "A".repeat(64) + "\"]", "")));
        assertEquals("processed: ", statusOf(event("checkout", "1", "\"em\":[\"" + HASH + "\"]", "")));
        assertEquals(
                "failed: custom_data.value must be a decimal number",
                statusOf(event("checkout", "1", BROWSER, ",\"custom_data\":{\"value\":\"undefined\"}")));
        assertEquals(
                "failed: custom_data.contents.item_price must be a decimal number",
                statusOf(event(
                        "checkout", "1", BROWSER, ",\"custom_data\":{\"contents\":[{\"item_price\":\"1,99\"}]}")));
    }

    @Test
    void failEventFailsThisEvent() throws Exception {
        pinterest.failEvent("2", "on purpose");
        assertEquals("processed: ", statusOf(event("1")));
        assertEquals("failed: on purpose", statusOf(event("2")));
    }

    // --- counting

    @Test
    void sameNameAndIdCountsOnceWithin48Hours() throws Exception {
        post(EVENTS, data(event("1"), event("1"), event("lead", "1", BROWSER, "")));
        assertEquals(new EventCounts(2, 0, 1), pinterest.countsOf("checkout", "1"));
        assertEquals(new EventCounts(1, 0, 1), pinterest.countsOf("lead", "1"));
        clock.tick(Duration.ofHours(47));
        post(EVENTS, data(event("1")));
        assertEquals(new EventCounts(3, 0, 1), pinterest.countsOf("checkout", "1"));
        clock.tick(Duration.ofHours(1));
        post(EVENTS, data(event("1")));
        assertEquals(new EventCounts(4, 0, 2), pinterest.countsOf("checkout", "1"));
    }

    @Test
    void tagAndServerCountOnceInEitherOrder() throws Exception {
        post(EVENTS, data(event("1")));
        pinterest.tagHit("checkout", "{\"event_id\":\"1\"}");
        assertEquals(new EventCounts(1, 1, 1), pinterest.countsOf("checkout", "1"));
        HttpResponse<String> hit = http.send(
                HttpRequest.newBuilder(
                                pinterest.uri().resolve("/v3/?tid=1&event=addtocart&ed=%7B%22event_id%22%3A%22b%22%7D"))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(204, hit.statusCode());
        post(EVENTS, data(event("add_to_cart", "b", BROWSER, "")));
        assertEquals(new EventCounts(1, 1, 1), pinterest.countsOf("add_to_cart", "b"));
        assertFalse(pinterest.received().get(1).counted());
    }

    @Test
    void tagHitWithoutIdIsNotDeduplicated() {
        assertTrue(pinterest.tagHit("PageVisit", "{}").counted());
        assertTrue(pinterest.tagHit("pagevisit", "no JSON").counted());
        assertEquals(
                List.of("page_visit", "page_visit"),
                pinterest.tagHits().stream().map(TagHit::name).toList());
    }

    @Test
    void eventOverAnHourLateCountsAsOfflineAndIsNotDeduplicated() throws Exception {
        String late = event("1");
        clock.tick(Duration.ofMinutes(61));
        post(EVENTS, data(late, late));
        assertTrue(pinterest.received().get(0).offline());
        assertEquals(new EventCounts(2, 0, 2), pinterest.countsOf("checkout", "1"));
    }

    @Test
    void testModeValidatesOnlyTheFirst20EventsAndCountsNone() throws Exception {
        post(EVENTS + "?test=true", data(Collections.nCopies(21, event("1")).toArray(new String[0])));
        List<ReceivedEvent> received = pinterest.received();
        assertEquals(20, received.stream().filter(ReceivedEvent::processed).count());
        assertTrue(received.stream().allMatch(ReceivedEvent::test));
        assertEquals(new EventCounts(20, 0, 0), pinterest.countsOf("checkout", "1"));
    }

    // --- failures

    @Test
    void sendsScriptedResponsesInTheApisFormatUntilRespondNormally() throws Exception {
        pinterest.respondWith(
                FakeResponse.badRequest(),
                FakeResponse.forbidden(),
                FakeResponse.notFound(),
                FakeResponse.unprocessable(),
                FakeResponse.rateLimited(Duration.ofSeconds(17)),
                FakeResponse.serverError(),
                FakeResponse.unavailable());
        for (int status : List.of(400, 403, 404, 422, 429, 500, 503)) {
            HttpResponse<String> response = post(EVENTS, data(event("1")));
            assertEquals(status, response.statusCode());
            assertEquals(
                    status == 429, response.headers().firstValue("Retry-After").isPresent());
        }
        assertEquals(200, post(EVENTS, data(event("1"))).statusCode());
        pinterest.alwaysRespondWith(FakeResponse.rateLimited());
        assertEquals(429, post(EVENTS, data(event("1"))).statusCode());
        assertEquals(429, post(EVENTS, data(event("1"))).statusCode());
        pinterest.respondNormally();
        assertEquals(200, post(EVENTS, data(event("1"))).statusCode());
        assertEquals(2, pinterest.received().size());
    }

    @Test
    void noResponseClosesTheConnection() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.none());
        assertThrows(IOException.class, () -> post(EVENTS, data(event("1"))));
        pinterest.respondNormally();
        assertEquals("processed: ", statusOf(event("1")));
    }

    @Test
    void delayedResponsesAreReleasedByRespondNormally() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        pinterest.onRequest(body -> arrived.countDown());
        pinterest.delayResponses(Duration.ofHours(1));
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(
                HttpRequest.newBuilder(pinterest.uri().resolve(EVENTS))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(data(event("1"))))
                        .build(),
                BodyHandlers.ofString());
        assertTrue(arrived.await(20, TimeUnit.SECONDS));
        assertEquals(List.of(), pinterest.received());
        assertFalse(response.isDone());
        pinterest.respondNormally();
        assertEquals(200, response.get(20, TimeUnit.SECONDS).statusCode());
    }

    @Test
    void failAllEventsEndsWithRespondNormally() throws Exception {
        pinterest.failAllEvents("none today");
        assertEquals("failed: none today", statusOf(event("1")));
        assertEquals("failed: none today", statusOf(event("2")));
        pinterest.respondNormally();
        assertEquals("processed: ", statusOf(event("1")));
    }

    @Test
    void awaitEventsNamesTheReceivedEventsAtTheTimeout() {
        AssertionError waited = assertThrows(AssertionError.class, () -> pinterest.awaitEvents(1, Duration.ZERO));
        assertTrue(String.valueOf(waited.getMessage()).contains("received: []"));
    }

    @Test
    void toStringContainsNoToken() {
        assertFalse(pinterest.toString().contains(TOKEN));
    }

    // --- the schema

    @Test
    void schemaMatchesThePublishedOneInBothDirections() {
        assumeTrue(PublishedSchema.isGiven());
        assertEquals(PublishedSchema.paths(), new TreeSet<>(EventSchema.paths()));
    }
}
