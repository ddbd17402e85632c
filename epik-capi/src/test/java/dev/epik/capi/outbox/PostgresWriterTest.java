// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL. */
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

    @Test
    void anEventThatTheDatabaseRefusesFailsAlone() throws Exception {
        JdbcOutbox outbox = open(database());
        List<StoredEvent> events = new ArrayList<>(events("", 100));
        events.add(37, event("with a NUL \0, which is no text in PostgreSQL"));
        List<CompletableFuture<Outbox.Added>> answers = outbox.addEach(events, LONG);
        for (int i = 0; i < answers.size(); i++) {
            if (i != 37) {
                assertEquals(Outbox.Added.STORED, get(answers.get(i)));
            }
        }
        OutboxException failed = failure(answers.get(37));
        assertFalse(failed.isMaybeStored(), failed::getMessage);
        assertTrue(failed.getMessage().contains("22021"), failed::getMessage);
        assertFalse(failed.getMessage().contains("NUL"), failed::getMessage);
    }
}
