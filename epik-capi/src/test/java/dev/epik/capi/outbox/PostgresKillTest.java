// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeEach;

class PostgresKillTest extends KillContract {
    @BeforeEach
    void empty() throws Exception {
        Postgres.start();
        Databases.empty(Postgres.url());
    }

    @Override
    String store() {
        return Postgres.url();
    }

    @Override
    String name() {
        return "PostgreSQL";
    }
}
