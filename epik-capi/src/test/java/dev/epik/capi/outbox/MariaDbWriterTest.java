// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Runs the contract on a real MariaDB. */
@Tag("full")
class MariaDbWriterTest extends JdbcWriterContract {
    @BeforeAll
    static void start() throws Exception {
        MariaDb.start();
    }

    @Override
    String url() {
        return MariaDb.url();
    }

    @Override
    void lockTable(Statement statement) throws SQLException {
        statement.execute("LOCK TABLES epik_outbox WRITE");
    }

    @Override
    void unlockTable(Connection connection, Statement statement) throws SQLException {
        statement.execute("UNLOCK TABLES");
    }
}
