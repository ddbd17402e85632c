// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.delivery.FaultMatrix;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.TickingClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class SqliteFaultMatrixTest extends FaultMatrix {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @TempDir
    private Path directory;

    @Override
    protected Outbox open() {
        return SqliteOutbox.builder(directory.resolve(UUID.randomUUID() + ".db"))
                .clock(clock)
                .open();
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected void tick(Duration time) {
        clock.tick(time);
    }
}
