// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("full")
class PgbouncerMigrationTest extends JdbcMigrationContract {
    PgbouncerMigrationTest() {
        super(Dialect.POSTGRESQL);
    }

    @BeforeAll
    static void start() throws Exception {
        Pgbouncer.start();
    }

    @Override
    String url() {
        return Pgbouncer.url();
    }
}
