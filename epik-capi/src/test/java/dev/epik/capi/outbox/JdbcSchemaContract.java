// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The contract of a {@link JdbcOutbox} for its tables, and for databases that it refuses. */
abstract class JdbcSchemaContract extends JdbcConnectionContract {
    @Test
    void missingTablesAreReportedWithTheScriptAndNotCreated() throws Exception {
        JdbcOutbox outbox = open();
        for (String table : List.of("epik_outbox", "epik_books", "epik_pause", "epik_outbox_schema")) {
            execute("DROP TABLE " + table);
        }
        var e = assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
        assertTrue(String.valueOf(e.getMessage()).contains(".sql of the package"), e.getMessage());
        var later = assertThrows(
                CompletionException.class, () -> outbox.add(event("1")).join());
        assertTrue(String.valueOf(later.getMessage()).contains(".sql of the package"));
        assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
    }

    @Test
    void tablesOfANewerEpikAreRefused() throws Exception {
        execute("INSERT INTO epik_outbox_schema VALUES (3)");
        try {
            var e = assertThrows(EpikException.class, () -> JdbcOutbox.of(database()));
            assertTrue(String.valueOf(e.getMessage()).contains("schema 3"));
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
        DatabaseMetaData metaData = (DatabaseMetaData) Proxy.newProxyInstance(
                DatabaseMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (p, method, a) -> switch (method.getName()) {
                    case "getDatabaseProductName" -> product;
                    case "getDatabaseMajorVersion" -> major;
                    default -> minor;
                });
        DataSource database = pool(Databases.with(
                connection, (method, arguments, real) -> method.equals("getMetaData") ? metaData : null));
        return String.valueOf(
                assertThrows(EpikException.class, () -> JdbcOutbox.of(database)).getMessage());
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
