// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The contract of a {@link JdbcOutbox} for the connections that it borrows. */
abstract class JdbcConnectionContract extends JdbcSkippedEventContract {
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
            assertEquals(EventStore.Added.STORED, outbox.add(event("1")).join());
            failures[0] = 99;
            var e = assertThrows(OutboxException.class, () -> outbox.resume("1"));
            assertTrue(e.getMessage().contains("SQL state 40001, code 1213"), e.getMessage());
            assertFalse(e.getMessage().contains("canary"));
        }
        assertEquals(1, real.backlog("1").waiting());
    }
}
