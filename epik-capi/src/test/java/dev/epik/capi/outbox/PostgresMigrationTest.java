// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;

class PostgresMigrationTest extends JdbcMigrationContract {
    PostgresMigrationTest() {
        super(Dialect.POSTGRESQL);
    }

    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    String url() {
        return Postgres.url();
    }

    @Override
    void leaveIndexUnfinished() throws SQLException {
        execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('epik_outbox_suspect')");
    }

    @Override
    void fill(int rows) throws SQLException {
        execute("INSERT INTO epik_outbox (event_key, ad_account, state, name, event_id, json, bytes, happened_at,"
                + " offline, redriven, stored_at, urgent_until, ready_at) SELECT "
                + "sha256(('x' || i)::bytea), '1', 0, 'checkout', 'x' || i,"
                + " repeat('x', 400), 400, i, 0, 0, i, 0, i FROM generate_series(1, " + rows + ") AS i");
    }

    @Override
    void limitLocksToASecond(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '1s'");
        }
    }
}
