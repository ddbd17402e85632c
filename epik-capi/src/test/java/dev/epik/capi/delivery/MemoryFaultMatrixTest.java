// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;

class MemoryFaultMatrixTest extends FaultMatrix {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @Override
    protected Outbox open() {
        return MemoryOutbox.ofCapacity(100, clock);
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
