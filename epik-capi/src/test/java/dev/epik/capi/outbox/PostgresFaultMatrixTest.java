// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.delivery.FaultMatrix;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** On a real PostgreSQL. */
@Tag("full")
class PostgresFaultMatrixTest extends FaultMatrix {
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    protected Outbox open() throws Exception {
        DataSource database = Databases.of(Postgres.url());
        Outbox outbox = JdbcOutbox.builder(database)
                .createTables(true)
                .offset(offset::get)
                .open();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM epik_outbox");
            statement.executeUpdate("DELETE FROM epik_pause");
        }
        return outbox;
    }

    @Override
    protected Instant now() {
        return Instant.now().plus(offset.get());
    }

    @Override
    protected void tick(Duration time) {
        offset.updateAndGet(time::plus);
    }
}
