// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.LogCapture;
import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.EventCounts;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpikClientTest {
    private static final String TOKEN = "canary-token-7351";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");

    private final FakePinterest pinterest = start();
    private final Outbox outbox = MemoryOutbox.ofCapacity(3);
    private final EpikClient epik = open(outbox);

    private static FakePinterest start() {
        try {
            FakePinterest fake = FakePinterest.builder(ACCOUNT, TOKEN).start();
            fake.onRequest(PublishedSchema::check);
            return fake;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private EpikClient open(Outbox store) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), store)
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }

    @AfterEach
    void close() {
        epik.close();
        pinterest.close();
    }

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number).visit(VISIT).build();
    }

    @Test
    void deliversASaleWithItsClickId() throws Exception {
        SubmitResult answer = epik.submit(order("1001"));
        assertEquals(new SubmitResult.Stored("1001", List.of()), answer);
        ReceivedEvent sale = pinterest.awaitEvents(1, TIMEOUT).get(0);
        assertTrue(sale.processed(), sale.error());
        assertTrue(sale.json().contains("\"click_id\":\"dj0yJnU9abc\""));
    }

    @Test
    void storesTheSameOrderOnce() throws Exception {
        epik.submit(order("1001"));
        assertEquals(new SubmitResult.Duplicate("1001"), epik.submit(order("1001")));
        pinterest.awaitEvents(1, TIMEOUT);
        assertFalse(assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(order("1001")))
                .isDead());
        epik.close();
        assertEquals(1, pinterest.received().size());
    }

    @Test
    void storesNothingWithoutConsent() {
        Visit denied = VISIT.withConsent(Visit.Consent.DENIED, "cookie shop_consent");
        Visit unknown = VISIT.withConsent(Visit.Consent.UNKNOWN, "not asked yet");
        assertEquals(
                new SubmitResult.NoConsent("cookie shop_consent"),
                epik.submit(ConversionEvent.checkout("1").visit(denied).build()));
        assertEquals(
                new SubmitResult.NoConsent("not asked yet"),
                epik.submit(ConversionEvent.checkout("1").visit(unknown).build()));
        assertEquals(0, epik.stats().waiting());
    }

    @Test
    void anInvalidEventIsReportedAtOnce() {
        SubmitResult answer = epik.submit(ConversionEvent.checkout("1")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                .build());
        Problem problem =
                assertInstanceOf(SubmitResult.Invalid.class, answer).problems().get(0);
        assertEquals("customer", problem.field());
    }

    @Test
    void aFullOutboxReturnsFailedAndAllowsRetry() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        for (String number : List.of("1", "2", "3")) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order(number)));
        }
        SubmitResult full = epik.submit(order("4"));
        assertTrue(assertInstanceOf(SubmitResult.Failed.class, full).cause().contains("full"));
        pinterest.respondNormally();
        epik.close();
    }

    @Test
    void aBugInBuildingTheEventDoesNotReachTheCheckout() {
        SubmitResult answer = epik.submit(() -> {
            throw new IllegalStateException("jane@shop.example");
        });
        String cause = assertInstanceOf(SubmitResult.Failed.class, answer).cause();
        assertTrue(
                cause.startsWith("Building the event failed: java.lang.IllegalStateException at dev.epik.capi."),
                cause);
        assertTrue(cause.contains("EpikClientTest.java:") && !cause.contains("jane"), cause);
    }

    @Test
    @SuppressWarnings("NullAway") // as a bug in a shop can do
    void submittingNullReturnsFailed() {
        ConversionEvent none = null;
        assertInstanceOf(SubmitResult.Failed.class, epik.submit(none));
        assertInstanceOf(SubmitResult.Failed.class, epik.submit(() -> null));
        SubmitResult unread = epik.submit(() -> ConversionEvent.checkout("1").visit(Visit.ofText("epik1.")));
        assertTrue(
                assertInstanceOf(SubmitResult.Failed.class, unread)
                        .cause()
                        .contains("The text of this visit was cut off"),
                unread::toString);
    }

    @Test
    void anInvalidResultIncludesTheWarnings() {
        SubmitResult answer = epik.submit(ConversionEvent.checkout("1")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                .customer(Customer.builder().email("jane at shop.example"))
                .build());
        List<String> fields = assertInstanceOf(SubmitResult.Invalid.class, answer).problems().stream()
                .map(Problem::field)
                .toList();
        assertTrue(fields.containsAll(List.of("customer", "email")), fields::toString);
    }

    @Test
    void anEventThatFailedCanBeSubmittedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Outbox flaky = new ForwardingOutbox(MemoryOutbox.ofCapacity(3)) {
            @Override
            public CompletableFuture<Added> add(StoredEvent event) {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException("disk full for jane@shop.example");
                }
                return super.add(event);
            }
        };
        try (EpikClient client = open(flaky)) {
            assertEquals(
                    new SubmitResult.Failed("The outbox failed: java.lang.IllegalStateException", true),
                    client.submit(order("1")));
            assertInstanceOf(SubmitResult.Stored.class, client.submit(order("1")));
            assertInstanceOf(SubmitResult.Duplicate.class, client.submit(order("1")));
            assertEquals(3, calls.get(), "the outbox is asked each time");
        }
    }

    @Test
    void theOutboxKnowsStoredEventsAfterARestart() {
        Outbox kept = MemoryOutbox.ofCapacity(3);
        try (EpikClient before = open(kept)) {
            before.submit(order("1"));
        }
        try (EpikClient after = open(kept)) {
            assertFalse(assertInstanceOf(SubmitResult.Duplicate.class, after.submit(order("1")))
                    .isDead());
        }
    }

    @Test
    void theTagAndTheServerCountOneSaleOnce() throws Exception {
        ConversionEvent sale = order("1001");
        epik.submit(sale);
        pinterest.awaitEvents(1, TIMEOUT);
        JsonNode call = new ObjectMapper().readTree(sale.browserTag());
        pinterest.tagHit(call.path(1).asText(), call.path(2).toString());
        assertEquals(new EventCounts(1, 1, 1), pinterest.countsOf("checkout", "1001"));
    }

    @Test
    void deliversToTheNamedAdAccount() throws Exception {
        try (FakePinterest austria =
                        FakePinterest.builder("549755885176", "token-at").start();
                EpikClient both = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), MemoryOutbox.ofCapacity(9))
                        .addAccount("at", AdAccount.of("549755885176", "token-at"))
                        .baseUrl(austria.uri())
                        .linger(Duration.ZERO)
                        .open()) {
            assertInstanceOf(SubmitResult.Stored.class, both.account("at").submit(order("1")));
            assertEquals(1, austria.awaitEvents(1, TIMEOUT).size());
            assertInstanceOf(SubmitResult.Stored.class, both.submit(order("1"))); // another ad account, so another sale
            while (both.stats().pauseReason().isEmpty()) {
                Thread.onSpinWait(); // this fake knows only the other ad account: 401
            }
            assertInstanceOf(SubmitResult.Stored.class, both.account("at").submit(order("2")));
            assertEquals(2, austria.awaitEvents(2, TIMEOUT).size(), "a failing ad account delays no other");
            assertEquals("", both.account("at").stats().pauseReason());
            assertTrue(both.totalStats().pauseReason().contains("access token"));
            assertEquals(1, both.stats().waiting());
            SubmitResult unknown = both.account("de").submit(order("3"));
            assertEquals(
                    new SubmitResult.Failed(
                            "There is no ad account of this name: add it with account(name, AdAccount), or submit to"
                                    + " one of [main, at]"),
                    unknown);
            assertThrows(EpikException.class, () -> both.account("de").stats());
        }
    }

    @Test
    void anAdAccountCannotHaveTwoNames() {
        var builder = EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), outbox);
        assertThrows(EpikException.class, () -> builder.addAccount("at", AdAccount.of(ACCOUNT, "x")));
        assertThrows(EpikException.class, () -> builder.addAccount(EpikClient.MAIN, AdAccount.of("1", "x")));
    }

    @Test
    void resumeEndsThePause() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.rateLimited(Duration.ofHours(1)));
        CountDownLatch paused = new CountDownLatch(1);
        Outbox pausing = new ForwardingOutbox(outbox) {
            @Override
            public void pause(String adAccount, Duration time, String reason) {
                super.pause(adAccount, time, reason);
                paused.countDown();
            }
        };
        try (EpikClient client = open(pausing)) {
            client.submit(order("1"));
            assertTrue(paused.await(20, TimeUnit.SECONDS));
            client.submit(order("2"));
            assertEquals(2, client.stats().waiting());
            pinterest.respondNormally();
            client.resume();
            pinterest.awaitEvents(2, TIMEOUT);
        }
    }

    @Test
    void aClosedClientReturnsFailed() {
        epik.close();
        assertInstanceOf(SubmitResult.Failed.class, epik.submit(order("1")));
    }

    @Test
    void closeSendsWaitingEvents() {
        EpikClient slow = EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), MemoryOutbox.ofCapacity(3))
                .baseUrl(pinterest.uri())
                .linger(Duration.ofHours(1))
                .open();
        slow.submit(order("1"));
        slow.submit(order("2"));
        slow.close();
        assertEquals(2, pinterest.received().size());
        assertEquals(1, pinterest.requests());
    }

    @Test
    void noThreadRunsAfterClose() throws Exception {
        epik.submit(order("1"));
        pinterest.awaitEvents(1, TIMEOUT);
        epik.close();
        List<Thread> ours = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("epik-"))
                .filter(thread -> !thread.getName().endsWith("-of-test")) // of another test
                .filter(thread -> !thread.getName().startsWith("epik-outbox")) // of other tests: this outbox has none
                .toList();
        for (Thread thread : ours) {
            thread.join(TIMEOUT.toMillis()); // an interrupted worker of the HTTP client may still be ending
        }
        assertTrue(ours.stream().noneMatch(Thread::isAlive), ours::toString);
    }

    /** Values that may occur only as hashes. Each is unlike everything else in the test. */
    @Test
    void noPersonalDataIsInLogsResultsOrDescriptions() throws Exception {
        List<String> canaries = List.of(
                "canary.jane@shop.example", "15557351999", "Canaryfirst", "Canarylast", "Canarytown", "C4N4RY", TOKEN);
        StringBuilder shown = new StringBuilder();
        try (LogCapture log = LogCapture.ofPackage("dev.epik")) {
            Customer customer = Customer.builder()
                    .email("Canary.Jane@shop.example")
                    .email("canary.jane@shop.example@")
                    .phone("+1 555 735 1999")
                    .phone("15557351999 x")
                    .firstName("Canaryfirst")
                    .lastName("Canarylast")
                    .city("Canarytown")
                    .state("Canarytown")
                    .zip("C4N4RY")
                    .country("Canarytown")
                    .build();
            ConversionEvent.Builder draft =
                    ConversionEvent.checkout("1001").visit(VISIT).customer(customer);
            ConversionEvent event = draft.value(new BigDecimal("1"), "EUR").build();
            pinterest.respondWith(
                    FakeResponse.of(500, "{\"message\":\"canary.jane@shop.example\"}".replace("canary.jane", TOKEN)),
                    FakeResponse.of(400, "<html>" + TOKEN + "</html>"));
            shown.append(customer).append(customer.problems()).append(event).append(event.json());
            shown.append(epik.submit(event))
                    .append(epik.submit(draft.value(new BigDecimal("-1"), "EUR").build()));
            shown.append(epik.submit(() -> {
                throw new IllegalArgumentException("canary.jane@shop.example");
            }));
            pinterest.awaitEvents(1, TIMEOUT);
            shown.append(pinterest.received())
                    .append(pinterest.received().get(0).json());
            shown.append(epik.stats()).append(pinterest).append(AdAccount.of(ACCOUNT, TOKEN));
            shown.append(log.lines());
        }
        assertTrue(shown.toString().contains(" pauses, "), "the log was not captured");
        for (String canary : canaries) {
            assertFalse(shown.toString().contains(canary), canary + " in: " + shown);
        }
    }
}
