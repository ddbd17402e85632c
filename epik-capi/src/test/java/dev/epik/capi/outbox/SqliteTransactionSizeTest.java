// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.queue.TransactionSize;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.sqlite.SqliteFile;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.TransactionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests how much one transaction stores, claims and settles. This limits the -wal file and the wait of other calls. */
@Timeout(120)
class SqliteTransactionSizeTest {
    private static final Duration LEASE = Duration.ofMinutes(3);

    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicInteger claimed = new AtomicInteger();
    private final AtomicInteger settled = new AtomicInteger();
    private volatile CrashPoint failing = CrashPoint.CHANGED;
    private volatile int failAt;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("outbox.db");
    }

    private SqliteOutbox open() {
        return SqliteOutbox.builder(file)
                .crashPoints(step -> {
                    int count = switch (step) {
                        case STORED -> stored.incrementAndGet();
                        case CLAIMED -> claimed.incrementAndGet();
                        case SETTLED -> settled.incrementAndGet();
                        default -> 0;
                    };
                    if (step == failing && failAt > 0 && count == failAt) {
                        throw new OutboxException("on purpose");
                    }
                })
                .open();
    }

    private static List<StoredEvent> events(String prefix, int count, int bytes) {
        String json = "{" + "x".repeat(bytes - 2) + "}";
        return IntStream.range(0, count)
                .mapToObj(i -> new StoredEvent("1", "checkout", prefix + i, json, Instant.now(), false))
                .toList();
    }

    private long walBytes() throws IOException {
        return Files.size(directory.resolve("outbox.db-wal"));
    }

    // --- storing

    @Test
    void walIsSmallAfterManyEventsInOneCall() throws Exception {
        try (SqliteOutbox outbox = open()) {
            outbox.addAll(events("", 60_000, 300)).join();
            long after = walBytes();
            assertTrue(after < 2 * SqliteFile.MAX_WAL_BYTES, () -> after + " bytes after 60,000 events");
            outbox.addAll(events("more-", 1, 300)).join();
            assertTrue(walBytes() <= SqliteFile.MAX_WAL_BYTES, "not cut");
            assertEquals(60_001, outbox.backlog("1").waiting());
        }
    }

    @Test
    void walIsTruncatedAfterAReaderHasHeldItOpen() throws Exception {
        try (SqliteOutbox outbox = open();
                Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = reader.createStatement()) {
            outbox.addAll(events("", 1, 300)).join();
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT COUNT(*) FROM epik_outbox").close();
            outbox.addAll(events("more-", 20_000, 2000)).join();
            assertTrue(walBytes() > 2 * SqliteFile.MAX_WAL_BYTES, "this test tests nothing");
            reader.commit();
            for (int i = 0; i < 3; i++) {
                outbox.addAll(events("last-" + i + "-", 1, 300)).join();
            }
            assertTrue(walBytes() <= SqliteFile.MAX_WAL_BYTES, "not cut");
        }
    }

    @Test
    void groupOfLargeCallsIsCommittedInSeveralTransactions() throws Exception {
        try (SqliteOutbox outbox = open()) {
            List<CompletableFuture<List<EventStore.Added>>> answers = new ArrayList<>();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            Thread holder = new Thread(() -> outbox.transaction(TransactionKind.OTHER, (sql, now) -> {
                begun.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return true;
            }));
            holder.start();
            begun.await();
            for (int i = 0; i < 100; i++) {
                answers.add(outbox.addAll(events(i + "-", 100, 100)));
            }
            end.countDown();
            answers.forEach(answer -> assertEquals(100, answer.join().size()));
            assertEquals(10, stored.get());
            holder.join();
        }
    }

    @Test
    void failureInTheMiddleOfALargeCallCanBeStoredAgain() {
        try (SqliteOutbox outbox = open()) {
            failing = CrashPoint.STORED;
            failAt = 2;
            List<StoredEvent> events = events("", 2500, 100);
            assertThrows(CompletionException.class, () -> outbox.addAll(events).join());
            List<EventStore.Added> again = outbox.addAll(events).join();
            assertEquals(
                    2000,
                    again.stream()
                            .filter(EventStore.Added.ALREADY_STORED::equals)
                            .count());
            assertEquals(2500, outbox.backlog("1").waiting());
        }
    }

    @Test
    void partsHoldAllEventsInTheirOrderAndNoPartIsTooLarge() {
        List<StoredEvent> events = new ArrayList<>(events("small-", 2100, 10));
        events.addAll(events("large-", 9, 1_500_000));
        events.addAll(events("huge-", 2, 5_000_000));
        List<List<StoredEvent>> parts = TransactionSize.cut(events);
        assertTrue(events.equals(parts.stream().flatMap(List::stream).toList()));
        assertEquals(
                List.of(1000, 1000, 102, 2, 2, 2, 1, 1, 1),
                parts.stream().map(List::size).toList());
        assertEquals(1, TransactionSize.cut(List.of()).size());
    }

    // --- claiming and settling

    @Test
    void largeClaimIsMadeOfTransactionsOfTheSameLease() {
        try (SqliteOutbox outbox = open()) {
            outbox.addAll(events("", 1200, 100)).join();
            Batch batch =
                    outbox.claim("1", ClaimKind.ONLINE, 1000, 1 << 20, LEASE).orElseThrow();
            assertEquals(1000, batch.events().stream().distinct().count());
            assertEquals(4, claimed.get());
            assertTrue(outbox.extend(batch, LEASE));
            List<Settlement> outcomes = batch.claimed().stream()
                    .map(each -> Settlement.of(each, new Outcome.Accepted("")))
                    .toList();
            assertEquals(1000, outbox.settle(batch, outcomes).settled());
            assertEquals(4, settled.get());
            assertEquals(
                    200,
                    outbox.claim("1", ClaimKind.ONLINE, 1000, 1 << 20, LEASE)
                            .orElseThrow()
                            .events()
                            .size());
            assertEquals(List.of(), outbox.verify());
        }
    }

    @Test
    void bytesOfALargeClaimAreCountedOverAllItsTransactions() {
        try (SqliteOutbox outbox = open()) {
            outbox.addAll(events("", 600, 1000)).join();
            for (int[] each : new int[][] {{300_000, 300}, {250_000, 250}, {49_999, 49}, {1, 1}}) {
                Batch batch =
                        outbox.claim("1", ClaimKind.ONLINE, 500, each[0], LEASE).orElseThrow();
                assertEquals(each[1], batch.events().size(), () -> "of at most " + each[0] + " bytes");
            }
        }
    }

    @Test
    void claimThatFailsInTheMiddleReturnsWhatItHasClaimed() {
        try (SqliteOutbox outbox = open()) {
            outbox.addAll(events("", 1000, 100)).join();
            failing = CrashPoint.CLAIMED;
            failAt = 3;
            Batch batch =
                    outbox.claim("1", ClaimKind.ONLINE, 1000, 1 << 20, LEASE).orElseThrow();
            assertEquals(500, batch.events().size());
        }
    }

    @Test
    void settlementsAfterAFailureAreWrittenLater() {
        try (SqliteOutbox outbox = open()) {
            outbox.addAll(events("", 1000, 100)).join();
            Batch batch =
                    outbox.claim("1", ClaimKind.ONLINE, 1000, 1 << 20, LEASE).orElseThrow();
            List<Settlement> outcomes = batch.claimed().stream()
                    .map(each -> Settlement.of(each, new Outcome.Accepted("")))
                    .toList();
            failing = CrashPoint.SETTLED;
            failAt = 1;
            assertThrows(OutboxException.class, () -> outbox.settle(batch, outcomes));
            failAt = 3;
            SettleResult result = outbox.settle(batch, outcomes.subList(250, 1000));
            assertEquals(250, result.settled());
            assertTrue(
                    result.locked().equals(outcomes.subList(500, 1000)),
                    () -> result.locked().size() + " are left");
            assertEquals(250, outbox.settle(batch, result.locked()).settled());
            assertEquals(0, outbox.backlog("1").waiting());
        }
    }
}
