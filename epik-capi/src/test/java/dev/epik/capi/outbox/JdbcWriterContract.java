// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.Await;
import dev.epik.testing.TcpRelay;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of a {@link JdbcOutbox} for failing or missing connections, and for closing. */
@Timeout(120)
abstract class JdbcWriterContract extends JdbcGroupContract {
    /** The connection of a thread's transaction, as Spring keeps it. */
    private static final ThreadLocal<Connection> BOUND = new ThreadLocal<>();

    // --- connections

    @Test
    void aCallerThatHoldsTheLastConnectionIsAnsweredAtItsDeadline() throws Exception {
        PoolOfOne pool = new PoolOfOne(database());
        JdbcOutbox outbox = open(pool.dataSource());
        try (Connection held = pool.dataSource().getConnection()) {
            OutboxException failed = failure(outbox.add(event("1"), SHORT));
            assertFalse(failed.isMaybeStored(), failed::getMessage);
            assertTrue(failed.getMessage().contains("gave no connection"), failed::getMessage);
            assertFalse(held.isClosed());
        }
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("2"))));
        assertEquals(1, outbox.backlog("1").waiting(), "a withdrawn event is not stored");
        Await.until(pool::isFree);
    }

    @Test
    void transactionOfTheCallingThreadIsNotUsed() throws Exception {
        DataSource aware = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Connection ofThread = BOUND.get();
                    return ofThread == null
                            ? database().getConnection()
                            : Databases.with(
                                    ofThread, (name, given, call) -> name.equals("close") ? null : call.call());
                });
        try (Connection shop = begin();
                Statement statement = shop.createStatement()) {
            statement.executeUpdate("DELETE FROM epik_pause");
            BOUND.set(shop);
            statement.executeUpdate("INSERT INTO epik_pause VALUES ('the order', 1, '')");
            JdbcOutbox outbox = open(aware);
            assertEquals(EventStore.Added.STORED, get(outbox.add(event("1"))));
            Batch batch = outbox.claim("1", ClaimKind.ONLINE, 1, 1000, LONG).orElseThrow();
            assertTrue(outbox.extend(batch, LONG));
            assertEquals(CancelResult.TOO_LATE, outbox.cancel(event("1").key()));
            assertEquals(
                    0,
                    outbox.redrive("1", new DeadLetter.Which.All(), DeadLetter.Scope.RECENT)
                            .events());
            assertEquals(1, outbox.backlog("1").waiting());
            assertEquals(List.of(), outbox.verify());
            BOUND.remove();
            shop.rollback();
        }
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM epik_pause")) {
            assertTrue(row.next());
            assertEquals(0, row.getInt(1), "the order was rolled back");
        }
    }

    @Test
    void eventStoredByAnUnansweredCommitIsReportedAsStored() throws Exception {
        AtomicBoolean breaks = new AtomicBoolean();
        PoolOfOne pool = new PoolOfOne(database(), (method, arguments, call) -> {
            Object result = call.call();
            if (method.equals("commit") && breaks.getAndSet(false)) {
                throw new SQLException("canary", "08006");
            }
            return result;
        });
        JdbcOutbox outbox = open(pool.dataSource());
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("before"))));
        breaks.set(true);
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("1"))));
        assertEquals(1, pool.aborted());
        assertEquals(EventStore.Added.ALREADY_STORED, get(outbox.add(event("1"))));
    }

    @Test
    void readOnlyServerIsReplacedByANewConnection() throws Exception {
        for (SQLException error :
                List.of(new SQLException("canary", "25006"), new SQLException("canary", "HY000", 1290))) {
            AtomicBoolean isReadOnly = new AtomicBoolean(true);
            PoolOfOne pool = new PoolOfOne(database(), (method, arguments, call) -> {
                if (method.equals("prepareStatement")
                        && String.valueOf(arguments[0]).contains("INSERT")
                        && isReadOnly.getAndSet(false)) {
                    throw error;
                }
                return call.call();
            });
            JdbcOutbox outbox = open(pool.dataSource());
            assertEquals(EventStore.Added.STORED, get(outbox.add(event("" + error.getErrorCode()))));
            assertEquals(1, pool.aborted());
        }
    }

    @Test
    void aDatabaseThatStaysReadOnlyIsReported() throws Exception {
        JdbcOutbox outbox = open(new PoolOfOne(database(), (method, arguments, call) -> {
                    if (method.equals("commit")) {
                        throw new SQLException("canary", "25006");
                    }
                    return call.call();
                })
                .dataSource());
        OutboxException failed = failure(outbox.add(event("1")));
        assertTrue(failed.getMessage().contains("read-only"), failed::getMessage);
    }

    @Test
    void unreachableDatabaseIsReportedBeforeTheDeadline() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        DataSource sometimes = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (away.get()) {
                        throw new SQLException("canary", "08001");
                    }
                    return database().getConnection();
                });
        JdbcOutbox outbox = open(sometimes);
        away.set(true);
        OutboxException failed = failure(outbox.add(event("1"), Duration.ofMinutes(10)));
        assertFalse(failed.isMaybeStored());
        assertTrue(failed.getMessage().contains("cannot be reached"), failed::getMessage);
        away.set(false);
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("1"))));
    }

    @Test
    void silentlyBrokenConnectionsAreReplaced() throws Exception {
        URI target = URI.create(url().substring("jdbc:".length()));
        try (TcpRelay relay = TcpRelay.start(target.getPort())) {
            PoolOfOne pool = new PoolOfOne(Databases.of(url().replace(":" + target.getPort(), ":" + relay.port())));
            JdbcOutbox outbox = open(pool.dataSource());
            assertEquals(EventStore.Added.STORED, get(outbox.add(event("1"))));
            relay.freezeConnections();
            CompletableFuture<EventStore.Added> patient = outbox.add(event("2"), LONG);
            CompletableFuture<EventStore.Added> late = outbox.add(event("2"), SHORT);
            failure(late); // the result depends on which of the two the writer has taken
            assertEquals(EventStore.Added.STORED, get(patient));
            assertEquals(1, pool.aborted());
            outbox.close();
        }
    }

    @Test
    @Tag("full")
    void aThreadThatHangsInTheDataSourceIsReplaced() throws Exception {
        AtomicBoolean hangs = new AtomicBoolean();
        Queue<Thread> hanging = new ConcurrentLinkedQueue<>();
        DataSource sometimes = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (hangs.getAndSet(false)) {
                        hanging.add(Thread.currentThread());
                        while (goOn.getCount() > 0) { // ignores interrupts
                            Thread.onSpinWait();
                        }
                    }
                    return database().getConnection();
                });
        JdbcOutbox outbox = open(sometimes);
        hangs.set(true);
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("1"), LONG)));
        assertEquals(1, outbox.replacedThreads());
        goOn.countDown();
        for (Thread thread : hanging) {
            thread.join(30_000);
            assertFalse(thread.isAlive());
        }
        assertEquals(1, outbox.backlog("1").waiting());
    }

    // --- callers on the writer thread, and closing

    @Test
    void dependentsOfAFutureMayCallTheOutbox() throws Exception {
        JdbcOutbox outbox = open(new PoolOfOne(database()).dataSource());
        int ready = get(outbox.add(event("1")).thenApply(added -> {
            assertEquals(EventStore.Added.STORED, outbox.add(event("2")).join());
            return outbox.peek("1", 9).ready();
        }));
        assertEquals(2, ready);
    }

    @Test
    void closingStoresQueuedEventsAndEndsTheThreads() throws Exception {
        PoolOfOne pool = new PoolOfOne(database());
        JdbcOutbox outbox = open(pool.dataSource());
        List<CompletableFuture<EventStore.Added>> queued = outbox.addEach(events("", 1000), LONG);
        outbox.close();
        for (CompletableFuture<EventStore.Added> each : queued) {
            assertEquals(EventStore.Added.STORED, get(each));
        }
        assertTrue(pool.isFree());
        assertTrue(failure(outbox.add(event("late"))).getMessage().contains("closed"));
        assertThrows(OutboxException.class, () -> outbox.peek("1", 9));
        outbox.close();
    }

    @Test
    void closingEndsWithinItsLimitIfTheDataSourceHangs() throws Exception {
        PoolOfOne pool = new PoolOfOne(database());
        JdbcOutbox outbox = open(pool.dataSource());
        try (Connection held = pool.dataSource().getConnection()) {
            CompletableFuture<EventStore.Added> queued = outbox.add(event("1"), LONG);
            outbox.close();
            OutboxException failed = failure(queued);
            assertFalse(failed.isMaybeStored(), failed::getMessage);
            assertFalse(held.isClosed());
        }
        Await.until(pool::isFree);
    }
}
