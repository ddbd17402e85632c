// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.table.Dialect;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** Tests the migration of a file of schema 1, as the first release created it, to schema 2. */
@Timeout(60)
class SqliteMigrationTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void createFileOfSchema1() throws SQLException {
        file = directory.resolve("outbox.db");
        execute(Dialect.script("schema-1-sqlite.sql"));
        execute(List.of(
                insert("online", false, NOW.plusSeconds(3600).toEpochMilli()),
                insert("behind", false, 0),
                insert("offline", true, 0)));
    }

    private static String insert(String id, boolean offline, long urgentUntil) {
        return SchemaOneRows.insert(Dialect.SQLITE, id, NOW, offline, urgentUntil);
    }

    private void execute(List<String> statements) throws SQLException {
        try (Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.executeUpdate(each);
            }
        }
    }

    /** Returns the values that an older Epik reads from a file before it opens it. */
    private int schemaInHeader() throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(file)).getInt(60);
    }

    @Test
    void openingMigratesAndKeepsEveryEvent() throws Exception {
        assertEquals(1, schemaInHeader());
        try (Outbox outbox = SqliteOutbox.open(file)) {
            assertEquals(2, schemaInHeader(), "an older Epik would open it while it is being written");
            SchemaOneRows.assertMigrated(outbox);
        }
        try (Outbox outbox = SqliteOutbox.open(file)) {
            assertEquals(1, outbox.backlog("1").suspects());
        }
    }

    @Test
    void aFailedMigrationChangesNothingAndIsTriedAgain() throws Exception {
        execute(List.of("CREATE INDEX epik_outbox_suspect ON epik_outbox (reason)"));
        assertThrows(OutboxException.class, () -> SqliteOutbox.open(file));
        assertEquals(1, schemaInHeader());
        execute(List.of("DROP INDEX epik_outbox_suspect"));
        try (Outbox outbox = SqliteOutbox.open(file)) {
            SchemaOneRows.assertMigrated(outbox);
        }
    }

    @Test
    void aFileOfSchema1CanBeInspectedAndIsNotMigrated() throws Exception {
        try (OutboxView view = SqliteOutbox.inspect(file)) {
            assertEquals(List.of("1"), view.adAccounts());
            assertEquals(3, view.backlog("1").waiting());
            assertEquals(List.of(), view.deadLetters("1", 9));
            assertEquals(Optional.empty(), view.pause("1"));
            assertEquals(List.of(), view.verify());
            assertEquals(List.of(), view.books());
        }
        assertEquals(1, schemaInHeader());
    }
}
