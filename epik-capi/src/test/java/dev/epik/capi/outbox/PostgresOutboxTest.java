// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL. */
class PostgresOutboxTest extends JdbcOutboxContract {
    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    String url() {
        return Postgres.url();
    }

    @Test
    void theServerOfTheseTestsIsAsDurableAsAShops() throws Exception {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertEquals(1, count("pg_settings WHERE name = '" + setting + "' AND setting = 'on'"), setting);
        }
    }
}
