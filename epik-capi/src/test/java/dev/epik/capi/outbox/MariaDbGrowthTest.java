// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;

@Tag("full")
@Tag("scale")
class MariaDbGrowthTest extends GrowthContract {
    MariaDbGrowthTest() {
        super(Dialect.MARIADB);
    }

    @Override
    Connection connect() throws Exception {
        MariaDb.start();
        Databases.empty(MariaDb.url());
        return Databases.of(MariaDb.url()).getConnection();
    }

    @Override
    void analyze(Statement statement) throws SQLException {
        statement.execute("ANALYZE TABLE epik_outbox");
    }

    @Override
    long work(Connection connection) throws SQLException {
        return sum(connection, "SHOW SESSION STATUS LIKE 'Handler_read%'");
    }
}
