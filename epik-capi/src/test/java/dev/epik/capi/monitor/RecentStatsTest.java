// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecentStatsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final LinkedBlockingQueue<Optional<DeliveryStats>> answers = new LinkedBlockingQueue<>();
    private final List<DeliveryStats> first = new CopyOnWriteArrayList<>();
    private final RecentStats recent = new RecentStats(this::read, first::add, nanos::get);

    private DeliveryStats read() {
        reads.incrementAndGet();
        try {
            return answers.take().orElseThrow(() -> new OutboxException("The database is away: start it"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DeliveryStats waiting(int events) {
        return new DeliveryStats(
                events, 0, Optional.empty(), 0, 0, Optional.empty(), "", 0, Optional.empty(), 0, Optional.empty(), 0);
    }

    private void awaitWaiting(int events) throws InterruptedException {
        while (recent.get().map(DeliveryStats::waiting).orElse(-1) != events) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Test
    void callNeverWaitsForTheDatabaseAndStartsOneReadOnly() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertEquals(Optional.empty(), recent.get());
        }
        answers.add(Optional.of(waiting(7)));
        awaitWaiting(7);
        assertEquals(1, reads.get());
    }

    @Test
    void statisticsAreReadAgainAfterTenSeconds() throws Exception {
        recent.get();
        answers.add(Optional.of(waiting(7)));
        awaitWaiting(7);
        nanos.addAndGet(RecentStats.MAX_AGE.toNanos() - 1);
        assertEquals(7, recent.get().orElseThrow().waiting());
        assertEquals(1, reads.get());
        nanos.addAndGet(1);
        answers.add(Optional.of(waiting(8)));
        awaitWaiting(8);
        assertEquals(2, reads.get());
    }

    @Test
    void slowDatabaseIsReadLessOften() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        RecentStats slow = new RecentStats(
                () -> {
                    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                    reads.incrementAndGet();
                    begun.countDown();
                    return waiting(1);
                },
                first::add,
                nanos::get);
        slow.get();
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        while (slow.get().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        slow.get();
        assertEquals(1, reads.get(), "20 times 3 s are not over");
    }

    @Test
    void failedReadMakesTheStatisticsUnknownAndHasAReason() throws Exception {
        recent.get();
        answers.add(Optional.of(waiting(7)));
        awaitWaiting(7);
        assertEquals(Optional.empty(), recent.failure());
        nanos.addAndGet(RecentStats.MAX_AGE.toNanos());
        answers.add(Optional.empty());
        while (recent.get().isPresent()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertEquals(Optional.of("The database is away: start it"), recent.failure());
        nanos.addAndGet(RecentStats.MAX_AGE.toNanos());
        answers.add(Optional.of(waiting(9)));
        awaitWaiting(9);
        assertEquals(Optional.empty(), recent.failure());
    }

    /** The message of a driver may quote a secret. */
    @Test
    void reasonOfAForeignExceptionIsItsTypeOnly() throws Exception {
        RecentStats failing = new RecentStats(
                () -> {
                    throw new IllegalArgumentException("password=secret");
                },
                first::add,
                nanos::get);
        failing.get();
        while (failing.failure().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertEquals(Optional.of("java.lang.IllegalArgumentException"), failing.failure());
    }

    @Test
    void hangingReadMakesTheStatisticsUnknown() throws Exception {
        recent.get();
        answers.add(Optional.of(waiting(7)));
        awaitWaiting(7);
        nanos.addAndGet(RecentStats.MAX_AGE.toNanos());
        assertEquals(7, recent.get().orElseThrow().waiting(), "the second read has begun");
        nanos.addAndGet(RecentStats.MAX_READ.toNanos() + 1);
        assertEquals(Optional.empty(), recent.get());
        assertTrue(recent.failure().orElseThrow().contains("over 30 s"));
        answers.add(Optional.of(waiting(8)));
        awaitWaiting(8);
    }
}
