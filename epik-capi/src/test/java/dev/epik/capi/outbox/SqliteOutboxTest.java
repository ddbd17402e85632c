// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.TickingClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SqliteOutboxTest extends TableContract {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final AtomicInteger commits = new AtomicInteger();

    @TempDir
    private Path directory;

    @Override
    Outbox open() {
        return builder("outbox.db").open();
    }

    private SqliteOutbox.Builder builder(String name) {
        return SqliteOutbox.builder(directory.resolve(name)).clock(clock).crashPoints(step -> {
            if (step == CrashPoint.STORED) {
                commits.incrementAndGet();
            }
        });
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }

    /** Runs on the writer thread, so that no other connection to the file interferes. */
    @Override
    int execute(String sql) {
        return ((SqliteOutbox) outbox).transaction(TransactionKind.OTHER, (connection, now) -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
            }
        });
    }

    private StoredEvent event(String id) {
        return event(id, "{}");
    }

    private StoredEvent event(String id, String json) {
        return new StoredEvent("1", "checkout", id, json, now(), false);
    }

    /** Holds the writer's thread until it is released. */
    private static final class Held {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        static Held on(SqliteOutbox outbox) throws InterruptedException {
            Held held = new Held();
            Thread holder = new Thread(() -> outbox.transaction(TransactionKind.OTHER, (sql, now) -> {
                held.begun.countDown();
                try {
                    held.end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return true;
            }));
            holder.start();
            held.begun.await();
            return held;
        }

        void release() {
            end.countDown();
        }
    }

    // --- durability

    @Test
    void commitsAreSyncedAndDeliveredEventsAreOverwritten() throws Exception {
        try (SqliteOutbox outbox = builder("a.db").open()) {
            assertEquals(
                    "wal 2 1",
                    outbox.transaction(
                            TransactionKind.OTHER,
                            (sql, now) -> pragma(sql, "journal_mode") + " " + pragma(sql, "synchronous") + " "
                                    + pragma(sql, "secure_delete")));
            outbox.add(event("1", "{\"ip\":\"canary-192.0.2.7\"}")).join();
            Batch batch =
                    outbox.claim("1", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE).orElseThrow();
            outbox.settle(batch, List.of(Settlement.of(batch.claimed().get(0), ACCEPTED)));
        }
        String bytes = new String(Files.readAllBytes(directory.resolve("a.db")), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("canary"), "delivered, and still in the file");
        assertTrue(Files.notExists(directory.resolve("a.db-wal")), "closed, and not all in one file");
    }

    private static String pragma(Connection sql, String name) throws SQLException {
        try (Statement statement = sql.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getString(1);
        }
    }

    @Test
    void queuedEventsAreCommittedTogetherAndEachHasItsAnswer() throws Exception {
        try (SqliteOutbox outbox = builder("a.db").open()) {
            List<CompletableFuture<EventStore.Added>> answers = new ArrayList<>();
            CompletableFuture<List<EventStore.Added>> many;
            Held held = Held.on(outbox);
            IntStream.range(0, 100).forEach(i -> answers.add(outbox.add(event("" + i % 50))));
            many = outbox.addAll(List.of(event("7"), event("new")));
            assertTrue(answers.stream().noneMatch(CompletableFuture::isDone), "reported as stored before it was");
            held.release();
            long stored = answers.stream()
                    .filter(answer -> answer.join() == EventStore.Added.STORED)
                    .count();
            assertEquals(50, stored);
            assertEquals(List.of(EventStore.Added.ALREADY_STORED, EventStore.Added.STORED), many.join());
            assertEquals(1, commits.get());
        }
    }

    @Test
    void eachGroupIsSyncedToTheDisk() throws Exception {
        Path trace = directory.resolve("strace.txt");
        Assumptions.assumeTrue(hasStrace(), "EPIK: no strace here, the syncs of SQLite are not counted");
        String file = directory.resolve("traced.db").toString();
        var order = new OutboxProcess.Order(file, URI.create("http://127.0.0.1:9"), Duration.ZERO, "nowhere", "x", 50);
        int groups = 0;
        List<String> strace = List.of("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace.toString());
        ProcessBuilder traced = order.prepare();
        traced.command().addAll(0, strace);
        try (ChildJvm process = ChildJvm.start(traced)) {
            for (String line = process.readLine(); !"DONE".equals(line); line = process.readLine()) {
                groups += "STEP STORED".equals(line) ? 1 : 0;
            }
        }
        long syncs;
        try (var lines = Files.lines(trace)) {
            syncs = lines.filter(line -> line.contains("sync(")).count();
        }
        System.out.println("EPIK: SQLite synced " + syncs + " times for " + groups + " groups of 200 events");
        assertTrue(groups > 0 && syncs >= groups, syncs + " syncs for " + groups + " groups");
    }

    private static boolean hasStrace() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "true")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException ignored) {
            return false; // the program is not installed
        }
    }

    // --- limits

    @Test
    void fullQueueIsReportedAndDropsNothing() throws Exception {
        try (SqliteOutbox outbox =
                builder("a.db").queueSize(3).submitWait(Duration.ZERO).open()) {
            List<CompletableFuture<EventStore.Added>> queued;
            Held held = Held.on(outbox);
            queued = IntStream.range(0, 3)
                    .mapToObj(i -> outbox.add(event("" + i)))
                    .toList();
            assertEquals(EventStore.Added.FULL, outbox.add(event("more")).join());
            assertEquals(
                    List.of(EventStore.Added.FULL, EventStore.Added.FULL),
                    outbox.addAll(List.of(event("a"), event("b"))).join());
            var full = assertThrows(OutboxException.class, () -> outbox.peek("1", 9));
            assertTrue(full.getMessage().contains("disk is slower"), full.getMessage());
            held.release();
            queued.forEach(answer -> assertEquals(EventStore.Added.STORED, answer.join()));
            assertEquals(3, outbox.backlog("1").waiting());
        }
        assertThrows(EpikException.class, () -> builder("a.db").queueSize(0));
    }

    @Test
    void interruptedThreadStoresAndSettlesIfTheQueueHasRoom() {
        try (SqliteOutbox outbox = builder("a.db").open()) {
            Thread.currentThread().interrupt();
            assertEquals(EventStore.Added.STORED, outbox.add(event("1")).join());
            assertEquals(1, outbox.peek("1", 9).ready());
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void fullDiskIsReportedAndStoringContinuesWhenSpaceIsFree() throws Exception {
        try (SqliteOutbox outbox = builder("a.db").open()) {
            outbox.add(event("before")).join();
            outbox.transaction(TransactionKind.OTHER, (sql, now) -> limit(sql, "PRAGMA page_count"));
            String large = "{\"canary\":\"" + "x".repeat(100_000) + "\"}";
            var failed = assertThrows(
                    CompletionException.class,
                    () -> outbox.add(event("large", large)).join());
            String message =
                    assertInstanceOf(OutboxException.class, failed.getCause()).getMessage();
            assertTrue(message.contains("SQLITE_FULL") && message.contains("free some space"), message);
            assertFalse(message.contains("canary"), message);
            assertEquals(1, outbox.backlog("1").waiting());
            outbox.transaction(TransactionKind.OTHER, (sql, now) -> limit(sql, "SELECT 1000000"));
            assertEquals(
                    EventStore.Added.STORED, outbox.add(event("large", large)).join());
            assertEquals(
                    List.of("before", "large"),
                    outbox.claim("1", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE).orElseThrow().events().stream()
                            .map(StoredEvent::id)
                            .sorted()
                            .toList());
        }
    }

    private static boolean limit(Connection sql, String pages) throws SQLException {
        try (Statement statement = sql.createStatement();
                ResultSet count = statement.executeQuery(pages)) {
            int maxPages = count.getInt(1);
            try (Statement limit = sql.createStatement()) {
                return limit.execute("PRAGMA max_page_count = " + maxPages);
            }
        }
    }

    // --- closing

    @Test
    void closingStoresQueuedEventsEndsTheThreadAndFailsLaterCalls() throws Exception {
        SqliteOutbox outbox = builder("a.db").open();
        List<CompletableFuture<EventStore.Added>> queued;
        Thread closing = new Thread(outbox::close);
        Held held = Held.on(outbox);
        queued = IntStream.range(0, 20).mapToObj(i -> outbox.add(event("" + i))).toList();
        closing.start();
        held.release();
        closing.join();
        queued.forEach(answer -> assertEquals(EventStore.Added.STORED, answer.join()));
        assertTrue(outbox.hasEnded());
        var late = assertThrows(
                CompletionException.class, () -> outbox.add(event("late")).join());
        assertTrue(assertInstanceOf(OutboxException.class, late.getCause())
                .getMessage()
                .contains("is closed"));
        assertThrows(OutboxException.class, () -> outbox.peek("1", 9));
        outbox.close();
        try (SqliteOutbox again = builder("a.db").open()) {
            assertEquals(20, again.backlog("1").waiting());
        }
    }

    @Test
    void interruptedCloseLeavesNoThread() throws Exception {
        SqliteOutbox outbox = builder("a.db").open();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            outbox.close();
        });
        closing.start();
        closing.join();
        builder("a.db").open().close(); // the lock was released
    }

    @Test
    void blockingCallOnTheWriterThreadFailsInsteadOfDeadlocking() throws Exception {
        try (SqliteOutbox outbox = builder("a.db").open()) {
            CompletableFuture<Peek> inside;
            Held held = Held.on(outbox);
            inside = outbox.add(event("1")).thenApply(added -> outbox.peek("1", 9));
            held.release();
            var refused = assertThrows(CompletionException.class, inside::join);
            assertInstanceOf(EpikException.class, refused.getCause());
        }
    }

    @Test
    void openingEndsTheLeasesOfSuspectsToo() {
        addSuspect("1", "500", Duration.ZERO);
        addOnline("2");
        for (ClaimKind kind : List.of(ClaimKind.ONLINE, ClaimKind.SUSPECT)) {
            assertEquals(1, claim(kind, 1).claimed().size());
        }
        outbox.close();
        SqliteOutbox again = builder("outbox.db").open();
        outbox = again;
        assertEquals(2, again.leftClaimed());
        for (String id : List.of("1", "2")) {
            assertEquals(CancelResult.CANCELLED, outbox.cancel(online(id).key()));
        }
    }
}
