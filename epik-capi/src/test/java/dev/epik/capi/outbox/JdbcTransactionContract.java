// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of a {@link JdbcOutbox} for events that are stored in a transaction of the shop. */
abstract class JdbcTransactionContract extends JdbcLockContract {
    @Test
    void anEventIsStoredWithTheOrderAndOnlyWithIt() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin()) {
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("1")));
            assertEquals(EventStore.Added.ALREADY_STORED, outbox.add(shop, event("1")));
            assertEquals(0, outbox.peek("1", 9).ready(), "claimed before the order was kept");
            shop.rollback();
            assertEquals(0, outbox.backlog("1").waiting());
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("1")));
            shop.commit();
        }
        assertEquals(1, outbox.peek("1", 9).ready());
        assertEquals(0, count("shop_order"));
    }

    @Test
    void aDuplicateInATransactionOfTheShopReturnsTheStateOfTheExistingEvent() throws Exception {
        addOnline("dead");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("delivered");
        settle(claim(1), ACCEPTED);
        JdbcOutbox own = (JdbcOutbox) outbox;
        try (Connection shop = begin()) {
            assertEquals(EventStore.Added.ALREADY_DEAD, own.add(shop, online("dead")));
            assertEquals(EventStore.Added.ALREADY_DELIVERED, own.add(shop, online("delivered")));
            assertEquals(EventStore.Added.STORED, own.add(shop, online("new")));
            assertEquals(EventStore.Added.ALREADY_STORED, own.add(shop, online("new")));
            shop.commit();
        }
        assertEquals(1, waiting());
    }

    @Test
    void aFailureIsContainedIfTheTransactionCanStillBeCommitted() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin()) {
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            var e = assertThrows(OutboxException.class, () -> outbox.add(withoutTable(shop), event("1")));
            assertTrue(e.getMessage().contains("createTables(true)"), e.getMessage());
            assertFalse(e.getMessage().contains("canary"));
            execute(shop, "INSERT INTO shop_order VALUES (2, 2)");
            shop.commit();
        }
        assertEquals(2, count("shop_order"));
    }

    /** Returns a connection on which the insert of an event fails. */
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
            SQLException e = assertThrows(SQLException.class, () -> outbox.add(lost, event("1")));
            assertSame(gone, e.getSuppressed()[0]);
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
            assertEquals(EventStore.Added.STORED, outbox.add(jta, event("1")));
            assertThrows(SQLException.class, () -> outbox.add(withoutTable(jta), event("2")));
            shop.rollback();
        }
    }

    @Test
    void inAutoCommitModeAnEventIsStoredAtOnceAndAFailureIsContained() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = database().getConnection()) {
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("1")));
            assertEquals(1, outbox.peek("1", 9).ready());
            assertThrows(OutboxException.class, () -> outbox.add(withoutTable(shop), event("2")));
            assertTrue(shop.getAutoCommit());
        }
    }

    @Test
    @Timeout(20)
    void storingNeverWaitsForTheBooks() throws Exception {
        outbox.add(event("1")).join();
        assertTrue(outbox.claim("1", ClaimKind.ONLINE, 1, MANY_BYTES, LEASE).isPresent());
        try (Connection other = begin();
                Connection shop = begin()) {
            execute(other, "UPDATE epik_books SET stored = stored + 1");
            assertEquals(EventStore.Added.STORED, ((JdbcOutbox) outbox).add(shop, event("2")));
            assertEquals(EventStore.Added.ALREADY_STORED, ((JdbcOutbox) outbox).add(shop, event("1")));
            shop.commit();
            other.rollback();
        }
        assertEquals(List.of(), outbox.verify());
    }
}
