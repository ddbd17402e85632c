// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.delivery.FaultMatrix;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

class PostgresFaultMatrixTest extends FaultMatrix {
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    @Override
    protected Outbox open() throws Exception {
        DataSource database = Databases.of(Postgres.url());
        Outbox outbox = JdbcOutbox.builder(database)
                .createTables(true)
                .offset(offset::get)
                .open();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM epik_outbox");
            statement.execute("DELETE FROM epik_pause");
        }
        return outbox;
    }

    @Override
    protected Instant now() {
        return Instant.now().plus(offset.get());
    }

    @Override
    protected void tick(Duration time) {
        offset.updateAndGet(now -> now.plus(time));
    }
}
