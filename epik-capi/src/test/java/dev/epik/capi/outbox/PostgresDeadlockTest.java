// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeAll;

class PostgresDeadlockTest extends JdbcDeadlockContract {
    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    String url() {
        return Postgres.url();
    }
}
