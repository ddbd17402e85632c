// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.CrashPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of a {@link JdbcOutbox} for groups of events and for locks. */
@Timeout(120)
abstract class JdbcGroupContract {
    static final Duration LONG = Duration.ofSeconds(60);
    static final Duration SHORT = Duration.ofMillis(500);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean stops = new AtomicBoolean();

    abstract String url();

    @BeforeEach
    void emptyTables() throws SQLException {
        Databases.empty(url());
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    DataSource database() {
        return Databases.of(url());
    }

    JdbcOutbox open(DataSource database) {
        JdbcOutbox outbox = JdbcOutbox.builder(database).crashPoints(this::stop).open();
        opened.add(0, outbox);
        return outbox;
    }

    /** Makes the writer stop once, before a commit. */
    private void stop(CrashPoint step) {
        if (step == CrashPoint.STORING && stops.getAndSet(false)) {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{}", Instant.now(), false);
    }

    static List<StoredEvent> events(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> event(prefix + i)).toList();
    }

    Connection begin() throws SQLException {
        Connection connection = database().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    static OutboxException failure(CompletableFuture<?> answer) {
        return assertInstanceOf(
                OutboxException.class,
                assertThrows(ExecutionException.class, () -> answer.get(60, TimeUnit.SECONDS))
                        .getCause());
    }

    // --- groups

    @Test
    void queuedEventsAreCommittedTogether() throws Exception {
        AtomicInteger commits = new AtomicInteger();
        JdbcOutbox outbox = open(new PoolOfOne(database(), (method, arguments, call) -> {
                    commits.addAndGet(method.equals("commit") ? 1 : 0);
                    return call.call();
                })
                .dataSource());
        stops.set(true);
        CompletableFuture<EventStore.Added> first = outbox.add(event("first"));
        begun.await();
        List<CompletableFuture<EventStore.Added>> others =
                events("", 90).stream().map(outbox::add).toList();
        goOn.countDown();
        assertEquals(EventStore.Added.STORED, get(first));
        for (CompletableFuture<EventStore.Added> other : others) {
            assertEquals(EventStore.Added.STORED, get(other));
        }
        assertEquals(2, commits.get());
    }

    @Test
    void theSameEventTwiceInAGroupIsStoredOnce() throws Exception {
        JdbcOutbox outbox = open(database());
        stops.set(true);
        var unused = outbox.add(event("first"));
        begun.await();
        CompletableFuture<EventStore.Added> one = outbox.add(event("1"));
        CompletableFuture<EventStore.Added> other = outbox.add(event("1"));
        goOn.countDown();
        assertEquals(EventStore.Added.STORED, get(one));
        assertEquals(EventStore.Added.ALREADY_STORED, get(other));
    }

    @Test
    void fullQueueIsReportedByTheDeadline() throws Exception {
        JdbcOutbox outbox = open(database());
        stops.set(true);
        CompletableFuture<EventStore.Added> first = outbox.add(event("first"));
        begun.await();
        List<CompletableFuture<EventStore.Added>> queued = outbox.addEach(events("", 10_000), LONG);
        assertEquals(EventStore.Added.FULL, get(outbox.add(event("one more"), Duration.ofMillis(50))));
        goOn.countDown();
        assertEquals(EventStore.Added.STORED, get(first));
        for (CompletableFuture<EventStore.Added> each : queued) {
            assertEquals(EventStore.Added.STORED, get(each));
        }
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("one more"))));
    }

    @Test
    void singleEventsAreStoredBeforeBulk() throws Exception {
        JdbcOutbox outbox = open(database());
        stops.set(true);
        var unused = outbox.add(event("first"));
        begun.await();
        List<CompletableFuture<EventStore.Added>> bulk = outbox.addEach(events("bulk", 3000), LONG);
        CompletableFuture<Long> single = outbox.add(event("single"))
                .thenApply(
                        added -> bulk.stream().filter(CompletableFuture::isDone).count());
        goOn.countDown();
        assertTrue(get(single) <= 50, () -> "bulk events that were answered before: " + single.join());
        assertEquals(EventStore.Added.STORED, get(bulk.get(2999)));
    }

    // --- locks

    @Test
    void anEventThatAnotherTransactionStoresIsTriedAloneUntilItsDeadline() throws Exception {
        JdbcOutbox outbox = open(database());
        try (Connection shop = begin()) {
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("1")));
            CompletableFuture<EventStore.Added> patient = outbox.add(event("1"), LONG);
            CompletableFuture<EventStore.Added> late = outbox.add(event("1"), SHORT);
            for (CompletableFuture<EventStore.Added> other :
                    events("other", 50).stream().map(outbox::add).toList()) {
                assertEquals(EventStore.Added.STORED, get(other));
            }
            OutboxException failed = failure(late);
            assertFalse(failed.isMaybeStored(), failed::getMessage);
            assertTrue(failed.getMessage().contains("another transaction holds its row"), failed::getMessage);
            assertFalse(patient.isDone());
            shop.rollback();
            assertEquals(EventStore.Added.STORED, get(patient));
        }
        assertEquals(51, outbox.backlog("1").waiting());
    }

    @Test
    void lockedTableDelaysEventsOnlyAsLongAsTheLock() throws Exception {
        JdbcOutbox outbox = open(database());
        List<CompletableFuture<EventStore.Added>> answers;
        try (Connection other = begin();
                Statement statement = other.createStatement()) {
            lockTable(statement);
            OutboxException failed = failure(outbox.add(event("late"), SHORT));
            assertFalse(failed.isMaybeStored(), failed::getMessage);
            assertTrue(failed.getMessage().contains("another transaction holds its row"), failed::getMessage);
            answers = events("", 100).stream().map(outbox::add).toList();
            unlockTable(other, statement);
        }
        for (CompletableFuture<EventStore.Added> answer : answers) {
            assertEquals(EventStore.Added.STORED, get(answer));
        }
        assertEquals(100, outbox.backlog("1").waiting());
    }

    abstract void lockTable(Statement statement) throws SQLException;

    abstract void unlockTable(Connection connection, Statement statement) throws SQLException;
}
