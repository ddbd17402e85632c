// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.delivery.FaultMatrix;
import dev.epik.capi.outbox.spi.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Runs the contract on a real PostgreSQL. */
@Tag("full")
class PostgresFaultMatrixTest extends FaultMatrix {
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @Override
    protected Outbox open() throws Exception {
        Databases.empty(Postgres.url());
        return JdbcOutbox.builder(ShiftedDatabaseClock.of(Databases.pooled(Postgres.url()), offset::get))
                .processClock(ShiftedDatabaseClock.ofProcess(offset::get))
                .open();
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
