// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("full")
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
}
