// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import java.sql.Connection;
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

    @Test
    void aDriverThatNestsArraysIsRefusedBeforeAnythingIsStored() throws Exception {
        try (Connection connection = database().getConnection()) {
            Connection old = Databases.with(connection, (method, arguments, real) -> {
                if (method.equals("createArrayOf")) {
                    throw new UnsupportedOperationException();
                }
                return real.call();
            });
            var refused = assertThrows(EpikException.class, () -> JdbcOutbox.of(pool(old)));
            assertTrue(String.valueOf(refused.getMessage()).contains("42.2.15 or later"), refused::getMessage);
        }
    }
}
