// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Submitting many events at once returns a result for each, in order. */
class SubmitAllTest {
    private static final String TOKEN = "canary-token-7351";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");

    private final FakePinterest pinterest =
            FakePinterest.builder(ACCOUNT, TOKEN).start();

    SubmitAllTest() throws IOException {}

    @AfterEach
    void close() {
        pinterest.close();
    }

    private EpikClient open(Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), outbox)
                .baseUrl(pinterest.uri())
                .open();
    }

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number).visit(VISIT).build();
    }

    @Test
    @SuppressWarnings("NullAway") // as a bug in a shop can do
    void returnsAResultForEachEventInOrderAndDeliversTheValidOnes() throws Exception {
        List<ConversionEvent> events = new ArrayList<>(List.of(order("1"), order("2")));
        events.add(null);
        events.add(ConversionEvent.checkout("3")
                .visit(VISIT.withConsent(Visit.Consent.DENIED, "the banner"))
                .build());
        events.add(ConversionEvent.checkout("4")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                .build());
        events.add(order("1"));
        events.add(order("5"));
        try (EpikClient epik = open(MemoryOutbox.ofCapacity(9))) {
            List<SubmitResult> answers = epik.submitAll(events);
            assertEquals(new SubmitResult.Stored("1", List.of()), answers.get(0));
            assertEquals(new SubmitResult.Stored("2", List.of()), answers.get(1));
            assertInstanceOf(SubmitResult.Failed.class, answers.get(2));
            assertEquals(new SubmitResult.NoConsent("the banner"), answers.get(3));
            assertInstanceOf(SubmitResult.Invalid.class, answers.get(4));
            assertEquals(new SubmitResult.Duplicate("1"), answers.get(5));
            assertEquals(new SubmitResult.Stored("5", List.of()), answers.get(6));
            assertEquals(7, answers.size());
            assertEquals(3, pinterest.awaitEvents(3, TIMEOUT).size());
            assertEquals(new SubmitResult.Duplicate("2"), epik.submit(order("2")));
        }
    }

    @Test
    void reportsTheEventsForWhichThereIsNoRoom() {
        try (EpikClient epik = open(MemoryOutbox.ofCapacity(1))) {
            List<SubmitResult> answers = epik.submitAll(List.of(order("1"), order("2")));
            assertInstanceOf(SubmitResult.Stored.class, answers.get(0));
            assertTrue(assertInstanceOf(SubmitResult.Failed.class, answers.get(1))
                    .cause()
                    .contains("full"));
        }
    }

    @Test
    void aFailingOutboxStoresNothingAndThrowsNothing() {
        Outbox broken = new ForwardingOutbox(MemoryOutbox.ofCapacity(9)) {
            @Override
            public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
                throw new IllegalStateException("disk full for jane@shop.example");
            }
        };
        try (EpikClient epik = open(broken)) {
            List<SubmitResult> answers = epik.submitAll(List.of(order("1"), order("2")));
            assertEquals(2, answers.size());
            for (SubmitResult answer : answers) {
                String cause =
                        assertInstanceOf(SubmitResult.Failed.class, answer).cause();
                assertEquals("The outbox failed: java.lang.IllegalStateException", cause);
            }
        }
    }

    @Test
    void failsEachEventOfAnUnknownAccountOrAClosedClient() {
        EpikClient epik = open(MemoryOutbox.ofCapacity(9));
        List<ConversionEvent> events =
                IntStream.range(0, 3).mapToObj(i -> order("n" + i)).toList();
        assertEquals(List.of(), epik.submitAll(List.of()));
        epik.account("nobody").submitAll(events).forEach(answer -> assertInstanceOf(SubmitResult.Failed.class, answer));
        epik.close();
        epik.submitAll(events).forEach(answer -> assertInstanceOf(SubmitResult.Failed.class, answer));
    }
}
