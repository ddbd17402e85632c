// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.testing.TickingClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that correcting a wrong clock delays no event. */
@Timeout(120)
class SqliteClockTest extends OutboxTestBase {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @TempDir
    private Path directory;

    @Override
    Outbox open() {
        return builder("outbox.db").open();
    }

    private SqliteOutbox.Builder builder(String name) {
        return SqliteOutbox.builder(directory.resolve(name)).clock(clock);
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }

    private StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{}", now(), false);
    }

    @Test
    void settingTheClockBackDelaysNoEvent() throws Exception {
        try (SqliteOutbox own = builder("a.db").open()) {
            own.add(event("1")).join();
            own.add(event("leased")).join();
            Batch first = own.claim("1", ClaimKind.ONLINE, 1, MANY_BYTES, LEASE).orElseThrow();
            own.pause("1", Duration.ofMinutes(5), "429");
            clock.tick(Duration.ofDays(-1));
            Peek peek = own.peek("1", 9);
            assertEquals(1, peek.ready());
            assertEquals(5, peek.pause().orElseThrow().left().toMinutes());
            assertEquals(LEASE, peek.nextReadyIn().orElseThrow(), "a lease is as long as it was");
            assertEquals(1, settle(own, first));
        }
        clock.tick(Duration.ofDays(-1)); // while no process runs
        try (SqliteOutbox own = builder("a.db").open()) {
            assertEquals(1, own.peek("1", 9).ready());
        }
    }

    private static int settle(Outbox own, Batch batch) {
        return own.settle(batch, List.of(Settlement.of(batch.claimed().get(0), ACCEPTED)))
                .settled();
    }

    @Test
    void settingTheClockBackDelaysNoSuspect() {
        addSuspect("1", "500", Duration.ofMinutes(10));
        clock.tick(Duration.ofDays(-1));
        assertEquals(
                Duration.ofMinutes(10), outbox.peek(ACCOUNT, 9).nextSuspectIn().orElseThrow());
        clock.tick(Duration.ofMinutes(11));
        DeliveryHistory history = claim(ClaimKind.SUSPECT, 1).claimed().get(0).history();
        assertTrue(!history.failedAloneSince().isAfter(now()), "in the future");
    }

    @Test
    void correctingAFastClockWhileClosedDelaysNoEvent() {
        addSuspect("suspect", "500", Duration.ZERO);
        addOnline("waiting");
        clock.tick(Duration.ofDays(30)); // the clock jumps ahead
        postpone(claim(1), Duration.ofMinutes(15), DeliveryHistory.NONE);
        postpone(claim(ClaimKind.SUSPECT, 1), Duration.ofHours(1), suspect("500"));
        outbox.pause(ACCOUNT, Duration.ofMinutes(15), "503");
        outbox.close();
        clock.tick(Duration.ofDays(-30)); // corrected, with a restart of the machine
        outbox = open();
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(1, peek.ready());
        assertEquals(Duration.ZERO, peek.nextSuspectIn().orElseThrow());
        assertTrue(peek.pause().isEmpty());
    }

    @Test
    void openingKeepsTheDelaysOfDelivery() {
        addSuspect("suspect", "500", Duration.ofDays(1));
        addOnline("waiting");
        postpone(claim(1), Duration.ofMinutes(1), DeliveryHistory.NONE);
        outbox.pause(ACCOUNT, Duration.ofHours(1), "429");
        outbox.close();
        outbox = open();
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(Duration.ofDays(1), peek.nextSuspectIn().orElseThrow());
        assertEquals(Duration.ofMinutes(1), peek.nextReadyIn().orElseThrow());
        assertEquals(Duration.ofHours(1), peek.pause().orElseThrow().left());
    }

    @Test
    void failedShiftOfTimesIsRetried() {
        AtomicInteger failures = new AtomicInteger();
        SqliteOutbox.Builder builder = builder("a.db").crashPoints(step -> {
            if (step == CrashPoint.CHANGING && failures.getAndDecrement() > 0) {
                throw new OutboxException("the disk is full");
            }
        });
        try (SqliteOutbox own = builder.open()) {
            own.add(event("1")).join();
            clock.tick(Duration.ofDays(-7));
            failures.set(1);
            assertThrows(OutboxException.class, () -> own.peek("1", 9));
            assertEquals(1, own.peek("1", 9).ready());
        }
    }
}
