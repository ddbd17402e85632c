// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.LogCapture;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log lines and counts for submitted events that are lost. */
class SubmitLogTest {

    private static ConversionEvent event(String id, String email) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                .customer(Customer.builder().email(email))
                .value(new BigDecimal("10.00"), "EUR")
                .build();
    }

    private static EpikClient client(MemoryOutbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .linger(Duration.ofHours(1))
                .shutdownTimeout(Duration.ZERO)
                .open();
    }

    @Test
    void logsInvalidEventsOncePerFieldAndCountsAll() {
        try (LogCapture log = LogCapture.of(EpikClient.class);
                EpikClient client = client(MemoryOutbox.ofCapacity(10))) {
            for (int i = 1; i <= 3; i++) {
                ConversionEvent refused = ConversionEvent.checkout("order-" + i)
                        .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                        .customer(Customer.builder().email("canary@"))
                        .build();
                assertInstanceOf(SubmitResult.Invalid.class, client.submit(refused));
            }
            assertEquals(3, client.submitCounts().invalid());
            List<String> lines = log.lines().stream()
                    .filter(line -> line.contains("would refuse"))
                    .toList();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).contains("checkout order-1"), lines::toString);
            assertFalse(lines.get(0).contains("canary"), lines::toString);
        }
    }

    @Test
    void logsAVisitThatIsTooOldOnceAndCountsAll() {
        Visit old = Visit.of(Visit.Consent.GRANTED, "the shop").withConsentTime(Instant.EPOCH);
        try (LogCapture log = LogCapture.of(EpikClient.class);
                EpikClient client = client(MemoryOutbox.ofCapacity(10))) {
            for (int i = 1; i <= 3; i++) {
                ConversionEvent event = ConversionEvent.checkout("order-" + i)
                        .visit(old)
                        .customer(Customer.builder().email("canary@shop.example"))
                        .build();
                SubmitResult.NoConsent result = assertInstanceOf(SubmitResult.NoConsent.class, client.submit(event));
                assertTrue(result.reason().contains("maxVisitAge"), result.reason());
            }
            assertEquals(3, client.submitCounts().noConsent());
            List<String> lines = log.lines().stream()
                    .filter(line -> line.contains("maxVisitAge"))
                    .toList();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).startsWith("WARNING The event checkout order-1 was not stored"), lines::toString);
        }
    }

    @Test
    void logsASubmittedDeadLetterWithTheCureAndCountsIt() {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(10);
        try (LogCapture log = LogCapture.of(EpikClient.class);
                EpikClient client = client(outbox)) {
            ConversionEvent event = event("dead", "canary@shop.example");
            client.submit(event);
            assertFalse(assertInstanceOf(SubmitResult.Duplicate.class, client.submit(event))
                    .isDead());
            Batch batch = outbox.claim(ACCOUNT, ClaimKind.ONLINE, 1, 1 << 20, Duration.ofMinutes(1))
                    .orElseThrow();
            Batch.Claimed claimed = batch.claimed().get(0);
            outbox.settle(batch, List.of(Settlement.of(claimed, new Outcome.Rejected("no"))));

            SubmitResult.Duplicate dead = new SubmitResult.Duplicate("dead", SubmitResult.Duplicate.State.DEAD);
            assertEquals(dead, client.submit(event));
            assertEquals(dead, client.submitAsync(event).join());
            assertEquals(
                    List.of(
                            dead,
                            new SubmitResult.Stored(
                                    "new", event("new", "a@shop.example").warnings())),
                    client.submitAll(List.of(event, event("new", "a@shop.example"))));
            List<String> lines = log.lines().stream()
                    .filter(line -> line.contains("submitted again"))
                    .toList();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).contains("The event checkout dead was submitted again"), lines::toString);
            assertTrue(lines.get(0).contains("redrive(…) makes it wait again"), lines::toString);
            assertFalse(lines.get(0).contains("canary"), lines::toString);
            assertEquals(4, client.submitCounts().duplicates());
            assertEquals(3, client.submitCounts().dead());

            client.redriveAll(DeadLetter.Scope.INCLUDE_EXPIRED);
            assertFalse(assertInstanceOf(SubmitResult.Duplicate.class, client.submit(event))
                    .isDead());
        }
    }

    @Test
    void logsEveryEventThatWasNotStored() {
        try (LogCapture log = LogCapture.of(EpikClient.class);
                EpikClient client = client(MemoryOutbox.ofCapacity(2))) {
            List<ConversionEvent> events = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                client.submit(event("single-" + i, "canary@shop.example"));
                events.add(event("many-" + i, "canary@shop.example"));
            }
            client.submitAll(events);
            String lines = String.join("\n", log.lines());
            assertTrue(lines.contains("The event checkout single-2 was not stored. The outbox is full"), lines);
            assertTrue(lines.contains("3 events were not stored: The event checkout many-0, The event"), lines);
            assertFalse(lines.contains("canary"), lines);
            SubmitResult.Counts stats = client.submitCounts();
            assertEquals(2, stats.stored());
            assertEquals(4, stats.failed());
        }
    }

    @Test
    void storesEventsAndPausesDeliveryIfTheTokenIsMissing() {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(10, Clock.systemUTC());
        AdAccount account = AdAccount.of(ACCOUNT, AccessToken.fromEnvironment("EPIK_A_VARIABLE_NOBODY_SETS"));
        try (EpikClient client = EpikClient.builder(Mode.LIVE, account, outbox)
                .linger(Duration.ZERO)
                .shutdownTimeout(Duration.ZERO)
                .open()) {
            assertInstanceOf(SubmitResult.Stored.class, client.submit(event("1", "a@shop.example")));
            DeliveryStats stats = client.stats();
            for (int i = 0; i < 1000 && stats.pauseReason().isEmpty(); i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
                stats = client.stats();
            }
            assertTrue(stats.pauseReason().contains("EPIK_A_VARIABLE_NOBODY_SETS is not set"), stats::pauseReason);
            assertEquals(1, stats.waiting());
        }
    }
}
