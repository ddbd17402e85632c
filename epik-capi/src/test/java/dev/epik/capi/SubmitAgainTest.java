// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.TickingClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An event that is no longer in the outbox can be submitted again, whichever way it was removed. */
class SubmitAgainTest {
    private static final String CHECKOUT = "checkout";
    private static final StoredEvent.Key KEY = new StoredEvent.Key(ACCOUNT, CHECKOUT, "1001");

    @TempDir
    Path temp;

    private static ConversionEvent order(String number) {
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId("dj0y")
                .withIp("192.0.2.7")
                .withUserAgent("Mozilla/5.0");
        return ConversionEvent.checkout(number).visit(visit).build();
    }

    /** Returns a client that sends nothing, because its ad account pauses. */
    private static EpikClient open(Outbox outbox) {
        outbox.pause(ACCOUNT, Duration.ofMinutes(30), "paused by the test");
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .shutdownTimeout(Duration.ZERO)
                .open();
    }

    private static void assertStored(SubmitResult answer, Outbox outbox) {
        assertInstanceOf(SubmitResult.Stored.class, answer);
        assertEquals(1, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void anEventThatAnotherNodeCancelledIsStoredAgain() {
        try (Outbox shared = SqliteOutbox.builder(temp.resolve("shared.db")).open();
                EpikClient node1 = open(shared);
                EpikClient node2 = open(shared)) {
            assertStored(node1.submit(order("1001")), shared);
            assertEquals(CancelResult.CANCELLED, node2.cancel(CHECKOUT, "1001"));
            assertStored(node1.submit(order("1001")), shared);
        }
    }

    @Test
    void anEventThatWasCancelledAtTheOutboxIsStoredAgain() {
        Outbox outbox = MemoryOutbox.ofCapacity(10);
        try (EpikClient epik = open(outbox)) {
            assertStored(epik.submit(order("1001")), outbox);
            assertEquals(CancelResult.CANCELLED, outbox.cancel(KEY));
            assertStored(epik.submit(order("1001")), outbox);
        }
    }

    @Test
    void aCancelBetweenTheCommitAndTheAnswerIsNotForgotten() {
        Outbox real = MemoryOutbox.ofCapacity(10);
        List<CancelResult> cancelled = new ArrayList<>();
        Outbox outbox = new ForwardingOutbox(real) {
            @Override
            public CompletableFuture<Added> add(StoredEvent event) {
                CompletableFuture<Added> added = super.add(event);
                if (cancelled.isEmpty()) { // another thread cancels while this one waits for the processor
                    cancelled.add(real.cancel(event.key()));
                }
                return added;
            }
        };
        try (EpikClient epik = open(outbox)) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("1001")));
            assertEquals(List.of(CancelResult.CANCELLED), cancelled);
            assertStored(epik.submit(order("1001")), outbox);
        }
    }

    @Test
    void anEventWhoseDeadLetterWasRemovedIsStoredAgain() {
        TickingClock clock = new TickingClock(Instant.now());
        Outbox outbox = MemoryOutbox.ofCapacity(10, clock);
        try (EpikClient epik = open(outbox)) {
            assertStored(epik.submit(order("1001")), outbox);
            bury(outbox);
            assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(order("1001")));
            clock.tick(Duration.ofDays(31));
            assertEquals(Map.of(ACCOUNT, 1), outbox.forget(Duration.ofDays(30), Duration.ofDays(30)));
            assertStored(epik.submit(order("1001")), outbox);
        }
    }

    private static void bury(Outbox outbox) {
        outbox.resume(ACCOUNT);
        var batch = outbox.claim(ACCOUNT, ClaimKind.ONLINE, 10, 100_000, Duration.ofMinutes(1))
                .orElseThrow();
        outbox.settle(batch, List.of(Settlement.of(batch.claimed().get(0), new Outcome.Rejected("unknown currency"))));
        assertEquals(1, outbox.backlog(ACCOUNT).dead());
    }

    @Test
    void cancelIgnoresSpacesAroundAnId() {
        Outbox outbox = MemoryOutbox.ofCapacity(10);
        try (EpikClient epik = open(outbox)) {
            assertStored(epik.submit(order("1001  ")), outbox);
            assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(order("1001")));
            assertEquals(CancelResult.CANCELLED, epik.cancel(CHECKOUT, "1001  "));
            outbox.add(new StoredEvent(
                            ACCOUNT, CHECKOUT, "1001  ", "{}", Instant.EPOCH, false)) // of an earlier version
                    .join();
            assertEquals(CancelResult.CANCELLED, epik.cancel(CHECKOUT, "1001  "));
        }
    }
}
