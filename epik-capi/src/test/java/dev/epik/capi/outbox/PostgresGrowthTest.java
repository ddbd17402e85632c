// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import java.sql.Connection;
import java.sql.SQLException;

class PostgresGrowthTest extends GrowthContract {
    PostgresGrowthTest() {
        super(Dialect.POSTGRESQL);
    }

    @Override
    Connection connect() throws Exception {
        Postgres.start();
        Databases.empty(Postgres.url());
        return Databases.of(Postgres.url()).getConnection();
    }

    /** Returns how many index entries and rows this transaction has read. */
    @Override
    long work(Connection connection) throws SQLException {
        return sum(
                connection,
                "SELECT pg_stat_get_xact_tuples_returned(oid) FROM pg_class WHERE relname LIKE 'epik_outbox%'");
    }
}
