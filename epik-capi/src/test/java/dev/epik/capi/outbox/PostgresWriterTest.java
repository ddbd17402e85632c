// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the contract on a real PostgreSQL. */
class PostgresWriterTest extends JdbcWriterContract {
    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    String url() {
        return Postgres.url();
    }

    @Override
    void lockTable(Statement statement) throws SQLException {
        statement.execute("LOCK TABLE epik_outbox IN ACCESS EXCLUSIVE MODE");
    }

    @Override
    void unlockTable(Connection connection, Statement statement) throws SQLException {
        connection.rollback();
    }

    /** Each setting makes the driver send the statement that stores and commits in another way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "preferQueryMode=extended",
                "preferQueryMode=simple",
                "preferQueryMode=extendedCacheEverything",
                "defaultRowFetchSize=1",
                "autosave=always",
                "prepareThreshold=0",
                "prepareThreshold=1"
            })
    void everySettingOfTheDriverStoresAndReportsTheSame(String setting) throws Exception {
        JdbcOutbox outbox = open(Databases.of(url() + "&" + setting));
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("0"))));
        execute("ALTER TABLE epik_outbox ADD CONSTRAINT refuse CHECK (event_id <> 'bad')");
        try (Connection shop = begin()) {
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("locked")));
            OutboxException locked = failure(outbox.add(event("locked"), SHORT));
            assertFalse(locked.isMaybeStored(), locked::getMessage);
            List<StoredEvent> events = new ArrayList<>(events("", 20));
            events.add(10, event("bad"));
            events.add(event("1"));
            List<CompletableFuture<EventStore.Added>> answers = outbox.addEach(events, LONG);
            assertEquals(EventStore.Added.ALREADY_STORED, get(answers.get(0)));
            assertEquals(EventStore.Added.STORED, get(answers.get(1)));
            assertFalse(failure(answers.get(10)).isMaybeStored());
            assertEquals(EventStore.Added.STORED, get(answers.get(20)));
            assertEquals(EventStore.Added.ALREADY_STORED, get(answers.get(21)));
            assertEquals(20, waitingRows(), "committed");
            shop.rollback();
        } finally {
            execute("ALTER TABLE epik_outbox DROP CONSTRAINT refuse");
        }
        assertEquals(EventStore.Added.STORED, get(outbox.add(event("locked"))));
        assertEquals(21, waitingRows());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int waitingRows() throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM epik_outbox WHERE state = 0")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void anEventThatTheDatabaseRefusesFailsAlone() throws Exception {
        JdbcOutbox outbox = open(database());
        List<StoredEvent> events = new ArrayList<>(events("", 100));
        events.add(37, event("with a NUL \0, which is no text in PostgreSQL"));
        List<CompletableFuture<EventStore.Added>> answers = outbox.addEach(events, LONG);
        for (int i = 0; i < answers.size(); i++) {
            if (i != 37) {
                assertEquals(EventStore.Added.STORED, get(answers.get(i)));
            }
        }
        OutboxException failed = failure(answers.get(37));
        assertFalse(failed.isMaybeStored(), failed::getMessage);
        assertTrue(failed.getMessage().contains("22021"), failed::getMessage);
        assertFalse(failed.getMessage().contains("NUL"), failed::getMessage);
    }
}
