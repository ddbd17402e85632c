// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("full")
@Tag("scale")
class MariaDbMigrationTest extends JdbcMigrationContract {
    MariaDbMigrationTest() {
        super(Dialect.MARIADB);
    }

    @BeforeAll
    static void start() throws Exception {
        MariaDb.start();
    }

    @Override
    String url() {
        return MariaDb.url();
    }

    @Override
    void fill(int rows) throws SQLException {
        execute("INSERT INTO epik_outbox (event_key, ad_account, state, name, event_id, json, bytes, happened_at,"
                + " offline, redriven, stored_at, urgent_until, ready_at) SELECT "
                + "UNHEX(SHA2(CONCAT('x', seq), 256)), '1', 0, 'checkout', CONCAT('x', seq),"
                + " REPEAT('x', 400), 400, seq, 0, 0, seq, 0, seq FROM seq_1_to_" + rows);
    }

    @Override
    void limitLocksToASecond(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1");
        }
    }
}
