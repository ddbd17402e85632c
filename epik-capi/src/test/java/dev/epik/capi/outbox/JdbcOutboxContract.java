// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of a {@link JdbcOutbox} on every database, with a table of the shop. */
@Timeout(120)
abstract class JdbcOutboxContract extends JdbcLockContract {
    // --- in the shop's transaction

    @Test
    void anEventIsStoredWithTheOrderAndOnlyWithIt() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin()) {
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            assertEquals(Outbox.Added.STORED, outbox.add(shop, event("1")));
            assertEquals(Outbox.Added.ALREADY_STORED, outbox.add(shop, event("1")));
            assertEquals(0, outbox.peek("1", 9).ready(), "claimed before the order was kept");
            shop.rollback();
            assertEquals(0, outbox.backlog("1").waiting());
            assertEquals(Outbox.Added.STORED, outbox.add(shop, event("1")));
            shop.commit();
        }
        assertEquals(1, outbox.peek("1", 9).ready());
        assertEquals(0, count("shop_order"));
    }

    @Test
    void aFailureIsContainedIfTheTransactionCanStillBeCommitted() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin()) {
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            var contained = assertThrows(OutboxException.class, () -> outbox.add(withoutTable(shop), event("1")));
            assertTrue(contained.getMessage().contains("createTables(true)"), contained.getMessage());
            assertFalse(contained.getMessage().contains("canary"));
            execute(shop, "INSERT INTO shop_order VALUES (2, 2)");
            shop.commit();
        }
        assertEquals(2, count("shop_order"));
    }

    /** Returns a statement that the database refuses. */
    private static Connection withoutTable(Connection connection) {
        return Databases.with(connection, (method, arguments, real) -> {
            if (method.equals("prepareStatement")
                    && String.valueOf(arguments[0]).contains("INSERT")) {
                String sql = String.valueOf(arguments[0]).replace("epik_outbox", "epik_not_there");
                return connection.prepareStatement(sql);
            }
            return real.call();
        });
    }

    @Test
    void aFailureIsRethrownIfTheRollbackToTheSavepointFails() throws Exception {
        JdbcOutbox outbox = open();
        SQLException gone = new SQLException("gone", "08006");
        try (Connection shop = begin()) {
            Connection lost = Databases.with(withoutTable(shop), (method, arguments, real) -> {
                if (method.equals("rollback") && arguments.length == 1) {
                    throw gone;
                }
                return real.call();
            });
            SQLException thrown = assertThrows(SQLException.class, () -> outbox.add(lost, event("1")));
            assertSame(gone, thrown.getSuppressed()[0]);
            shop.rollback();
        }
    }

    @Test
    void withoutSavepointsEveryFailureIsRethrown() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin()) {
            Connection jta = Databases.with(shop, (method, arguments, real) -> {
                if (method.equals("setSavepoint")) {
                    throw new SQLException("not in a global transaction", "HY000");
                }
                return real.call();
            });
            assertEquals(Outbox.Added.STORED, outbox.add(jta, event("1")));
            assertThrows(SQLException.class, () -> outbox.add(withoutTable(jta), event("2")));
            shop.rollback();
        }
    }

    @Test
    void inAutoCommitModeAnEventIsStoredAtOnceAndAFailureIsContained() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = database().getConnection()) {
            assertEquals(Outbox.Added.STORED, outbox.add(shop, event("1")));
            assertEquals(1, outbox.peek("1", 9).ready());
            assertThrows(OutboxException.class, () -> outbox.add(withoutTable(shop), event("2")));
            assertTrue(shop.getAutoCommit());
        }
    }

    /** Adds a rule or trigger, as a shop may do, that skips an event of ad account "2" if ad account "1" has its id. */
    abstract void skipSecondAccounts(boolean skips) throws Exception;

    @Test
    void anEventThatTheDatabaseSkipsIsNotReportedAsStored() throws Exception {
        JdbcOutbox outbox = open();
        StoredEvent skipped = new StoredEvent("2", "checkout", "1", "{}", now(), false);
        skipSecondAccounts(true);
        try (Connection shop = begin()) {
            outbox.addAll(List.of(event("1"), event("2"))).join();
            var refused = assertThrows(
                    CompletionException.class, () -> outbox.add(skipped).join());
            assertTrue(String.valueOf(refused.getMessage()).contains("refused a value"), refused::getMessage);
            assertThrows(
                    CompletionException.class,
                    () -> outbox.addAll(List.of(event("3"), skipped)).join());
            assertThrows(OutboxException.class, () -> outbox.add(shop, skipped));
            assertEquals(Outbox.Added.ALREADY_STORED, outbox.add(shop, event("1")));
            assertEquals(Outbox.Added.STORED, outbox.add(shop, event("4")));
            shop.commit();
        } finally {
            skipSecondAccounts(false);
        }
        assertEquals(4, count("epik_outbox"), "event 3 was stored although another one of its call was not");
    }

    @Test
    void eventsStoredTogetherWithASkippedOneAreReportedAsStored() throws Exception {
        JdbcOutbox outbox = open();
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(event("new " + i));
        }
        StoredEvent skipped = new StoredEvent("2", "checkout", "1", "{}", now(), false);
        events.add(skipped);
        skipSecondAccounts(true);
        try {
            outbox.add(event("1")).join();
            List<CompletableFuture<Outbox.Added>> answers = outbox.addEach(events, Duration.ofSeconds(20));
            assertThrows(
                    CompletionException.class,
                    () -> answers.get(events.indexOf(skipped)).join());
            for (CompletableFuture<Outbox.Added> answer : answers.subList(0, 20)) {
                assertEquals(Outbox.Added.STORED, answer.join());
            }
        } finally {
            skipSecondAccounts(false);
        }
        assertEquals(21, count("epik_outbox"));
    }

    // --- connections, tables, databases

    @Test
    void pooledConnectionIsReturnedUnchanged() throws Exception {
        try (Connection pooled = begin()) {
            pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            int timeout = pooled.getNetworkTimeout();
            for (boolean autoCommit : List.of(false, true)) {
                pooled.setAutoCommit(autoCommit);
                JdbcOutbox outbox = JdbcOutbox.of(new PoolOfOne(pool(pooled)).dataSource());
                outbox.add(event("1")).join();
                assertEquals(1, outbox.peek("1", 9).ready());
                outbox.close();
                assertEquals(autoCommit, pooled.getAutoCommit());
                assertEquals(Connection.TRANSACTION_SERIALIZABLE, pooled.getTransactionIsolation());
                assertEquals(timeout, pooled.getNetworkTimeout());
            }
        }
    }

    @Test
    void eachConnectionKeepsItsOwnIsolationLevel() throws Exception {
        int[] levels = {Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_READ_COMMITTED};
        for (int first : levels) {
            for (int second : levels) {
                try (Connection one = begin();
                        Connection other = begin()) {
                    one.setTransactionIsolation(first);
                    other.setTransactionIsolation(second);
                    Connection[] lent = {unclosed(one)};
                    JdbcOutbox outbox = JdbcOutbox.of(pool(() -> lent[0]));
                    lent[0] = unclosed(other);
                    outbox.add(event(first + " " + second)).join();
                    outbox.close();
                    assertEquals(first, one.getTransactionIsolation());
                    assertEquals(second, other.getTransactionIsolation());
                }
            }
        }
    }

    private static Connection unclosed(Connection real) {
        return Databases.with(real, (method, arguments, call) -> method.equals("close") ? null : call.call());
    }

    static DataSource pool(Connection connection) {
        return pool(() -> connection);
    }

    private static DataSource pool(Supplier<Connection> connection) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> connection.get());
    }

    @Test
    void missingTablesAreReportedWithTheScriptAndNotCreated() throws Exception {
        JdbcOutbox outbox = open();
        for (String table : List.of("epik_outbox", "epik_books", "epik_pause", "epik_outbox_schema")) {
            execute("DROP TABLE " + table);
        }
        var missing = assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
        assertTrue(String.valueOf(missing.getMessage()).contains(".sql of the package"), missing.getMessage());
        var later = assertThrows(
                CompletionException.class, () -> outbox.add(event("1")).join());
        assertTrue(String.valueOf(later.getMessage()).contains(".sql of the package"));
        assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
    }

    @Test
    void tablesOfANewerEpikAreRefused() throws Exception {
        execute("INSERT INTO epik_outbox_schema VALUES (3)");
        try {
            var refused = assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
            assertTrue(String.valueOf(refused.getMessage()).contains("schema 3"));
        } finally {
            execute("DELETE FROM epik_outbox_schema WHERE version = 3");
        }
    }

    @Test
    void unknownAndOldDatabasesAreRefused() throws Exception {
        try (Connection connection = database().getConnection()) {
            assertTrue(refusal(connection, "H2", 2, 3).contains("does not know the database H2"));
            assertTrue(refusal(connection, "MariaDB", 10, 5).contains("10.6 or later, this is 10.5"));
        }
    }

    private static String refusal(Connection connection, String product, int major, int minor) {
        DatabaseMetaData of = (DatabaseMetaData) Proxy.newProxyInstance(
                DatabaseMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (p, method, a) -> switch (method.getName()) {
                    case "getDatabaseProductName" -> product;
                    case "getDatabaseMajorVersion" -> major;
                    default -> minor;
                });
        DataSource database =
                pool(Databases.with(connection, (method, arguments, real) -> method.equals("getMetaData") ? of : null));
        return String.valueOf(
                assertThrows(EpikException.class, () -> JdbcOutbox.of(database)).getMessage());
    }

    @Test
    void retriesSerializationFailuresThenReportsThem() throws Exception {
        JdbcOutbox real = open();
        int[] failures = {2};
        try (Connection connection = database().getConnection()) {
            Connection contended = Databases.with(connection, (method, arguments, call) -> {
                if (method.equals("commit") && failures[0]-- > 0) {
                    throw new SQLException("canary", "40001", 1213);
                }
                return call.call();
            });
            JdbcOutbox outbox = JdbcOutbox.of(new PoolOfOne(pool(contended)).dataSource());
            assertEquals(Outbox.Added.STORED, outbox.add(event("1")).join());
            failures[0] = 99;
            var said = assertThrows(OutboxException.class, () -> outbox.resume("1"));
            assertTrue(said.getMessage().contains("SQL state 40001, code 1213"), said.getMessage());
            assertFalse(said.getMessage().contains("canary"));
        }
        assertEquals(1, real.backlog("1").waiting());
    }

    @Test
    void settingTheDatabaseClockBackDelaysNoEvent() {
        addSuspect("suspect", "500", Duration.ofDays(1));
        outbox.pause(ACCOUNT, Duration.ofMinutes(15), "503");
        addOnline("leased");
        Batch leased = claim(1);
        addOnline("1");
        add(event("7", "checkout", "only"));
        tick(Duration.ofDays(-1));
        for (DueAccount due : outbox.dueAccounts()) {
            assertTrue(due.readyAt().orElseThrow().isBefore(due.now().plus(Outbox.MAX_PAUSE)), due::toString);
            assertEquals(Optional.empty(), due.pause());
        }
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(Optional.empty(), peek.pause());
        assertEquals(1, peek.ready());
        assertNear(300, peek.nextReadyIn().orElseThrow());
        assertEquals(Duration.ZERO, peek.nextSuspectIn().orElseThrow());
        assertEquals(1, settle(leased, ACCEPTED), "its claimer is at work");
        assertEquals(List.of("1"), claimIds(9));
        assertEquals(List.of("suspect"), claimIds(ClaimKind.SUSPECT));
        assertEquals(1, outbox.peek("7", 9).ready());
        outbox.pause(ACCOUNT, Duration.ofMinutes(1), "429");
        assertNear(60, outbox.peek(ACCOUNT, 9).pause().orElseThrow().left());
    }

    @Test
    void clockThatIsAheadForgetsNothingEarly() {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        JdbcOutbox own = JdbcOutbox.builder(ShiftedDatabaseClock.of(database(), ahead::get))
                .open();
        addOnline("1");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("2");
        settle(claim(1), ACCEPTED);
        ahead.set(Duration.ofDays(400));
        assertEquals(Map.of(), own.forget(Duration.ofDays(30), Duration.ofDays(30)));
        assertEquals(1, outbox.backlog(ACCOUNT).dead());
        assertEquals(Outbox.Added.ALREADY_DELIVERED, add(online("2")));
        assertEquals(1, outbox.forget(Duration.ofDays(30), Duration.ofDays(-1)).get(ACCOUNT));
    }

    @Test
    void settingTheDatabaseClockBackByMinutesKeepsEveryWait() {
        addSuspect("suspect", "500", Duration.ofDays(1));
        outbox.pause(ACCOUNT, Duration.ofMinutes(15), "503");
        addOnline("leased");
        claim(1);
        tick(Duration.ofMinutes(-10));
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertNear(25 * 60, peek.pause().orElseThrow().left());
        assertNear(13 * 60, peek.nextReadyIn().orElseThrow());
        assertNear(24 * 3600 + 600, peek.nextSuspectIn().orElseThrow());
    }

    @Test
    void aDuplicateInATransactionOfTheShopReturnsTheStateOfTheExistingEvent() throws Exception {
        addOnline("dead");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("delivered");
        settle(claim(1), ACCEPTED);
        JdbcOutbox own = (JdbcOutbox) outbox;
        try (Connection shop = begin()) {
            assertEquals(Outbox.Added.ALREADY_DEAD, own.add(shop, online("dead")));
            assertEquals(Outbox.Added.ALREADY_DELIVERED, own.add(shop, online("delivered")));
            assertEquals(Outbox.Added.STORED, own.add(shop, online("new")));
            assertEquals(Outbox.Added.ALREADY_STORED, own.add(shop, online("new")));
            shop.commit();
        }
        assertEquals(1, waiting());
    }

    // --- books

    @Test
    @Timeout(20)
    void storingNeverWaitsForTheBooks() throws Exception {
        outbox.add(event("1")).join();
        assertTrue(outbox.claim("1", ClaimKind.ONLINE, 1, MANY_BYTES, LEASE).isPresent());
        try (Connection other = begin();
                Connection shop = begin()) {
            execute(other, "UPDATE epik_books SET stored = stored + 1");
            assertEquals(Outbox.Added.STORED, ((JdbcOutbox) outbox).add(shop, event("2")));
            assertEquals(Outbox.Added.ALREADY_STORED, ((JdbcOutbox) outbox).add(shop, event("1")));
            shop.commit();
            other.rollback();
        }
        assertEquals(List.of(), outbox.verify());
    }

    @Test
    void timesAreStoredAsEpochMilliseconds() throws Exception {
        StoredEvent event = event("1");
        open().add(event).join();
        try (Connection connection = database().getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT happened_at, urgent_until, stored_at FROM epik_outbox WHERE event_id = '1'");
                ResultSet row = select.executeQuery()) {
            assertTrue(row.next());
            assertEquals(event.happenedAt().toEpochMilli(), row.getLong(1));
            assertEquals(event.urgentUntil().toEpochMilli(), row.getLong(2));
            assertTrue(Math.abs(now().toEpochMilli() - row.getLong(3)) < 60_000);
        }
    }
}
