// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the contract on a real PostgreSQL. */
class PostgresOutboxTest extends JdbcOutboxContract {
    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    String url() {
        return Postgres.url();
    }

    @Test
    void testServerHasTheDurabilitySettingsOfAShop() throws Exception {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertEquals(1, count("pg_settings WHERE name = '" + setting + "' AND setting = 'on'"), setting);
        }
    }

    @Override
    void skipSecondAccounts(boolean skips) throws Exception {
        if (skips) {
            execute("CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS"
                    + " $$BEGIN IF NEW.ad_account = '2' THEN RETURN NULL; END IF; RETURN NEW; END$$");
            execute("CREATE TRIGGER skip BEFORE INSERT ON epik_outbox FOR EACH ROW EXECUTE FUNCTION skip()");
        } else {
            execute("DROP TRIGGER skip ON epik_outbox");
            execute("DROP FUNCTION skip()");
        }
    }

    /** PostgreSQL does not show such a row to the transaction, and fails an INSERT with ON CONFLICT by 40001. */
    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void anEventThatWasStoredSinceTheSnapshotIsReportedAsStored(int level) throws Exception {
        JdbcOutbox outbox = open();
        for (int settled = 0; settled <= 1; settled++) {
            String id = level + " " + settled;
            try (Connection shop = begin()) {
                shop.setTransactionIsolation(level);
                execute(shop, "INSERT INTO shop_order VALUES (" + settled + ", 1)");
                outbox.add(event(id)).join();
                if (settled == 1) {
                    assertTrue(outbox.claim("1", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE)
                            .isPresent());
                }
                assertEquals(EventStore.Added.ALREADY_STORED, outbox.add(shop, event(id)));
                assertEquals(EventStore.Added.STORED, outbox.add(shop, event("other " + id)));
                shop.commit();
            }
        }
        assertEquals(2, count("shop_order"));
    }

    @Test
    void theShopsLockTimeoutIsKept() throws Exception {
        JdbcOutbox outbox = open();
        try (Connection shop = begin();
                Connection other = begin()) {
            execute(shop, "SET LOCAL lock_timeout = '7s'");
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("1")));
            assertEquals("7s", show(shop));
            assertEquals(EventStore.Added.STORED, outbox.add(other, event("2")));
            assertThrows(OutboxException.class, () -> outbox.add(shop, event("2")));
            assertEquals("7s", show(shop));
            other.commit();
            assertEquals("0", show(other));
        }
    }

    private static String show(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW lock_timeout")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aDriverThatNestsArraysIsRefusedBeforeAnythingIsStored() throws Exception {
        try (Connection connection = database().getConnection()) {
            Connection old = Databases.with(connection, (method, arguments, real) -> {
                if (method.equals("createArrayOf")) {
                    throw new UnsupportedOperationException();
                }
                return real.call();
            });
            var refused = assertThrows(EpikException.class, () -> JdbcOutbox.of(pool(old)));
            assertTrue(String.valueOf(refused.getMessage()).contains("42.2.15 or later"), refused::getMessage);
        }
    }
}
