// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.worker.ReadWindow;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;

/** The window of a Kafka worker keeps the contract of an outbox for delivery. */
class WindowContractTest extends DeliveryContract {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @Override
    Outbox open() {
        return ReadWindow.open(clock);
    }

    /** The store that has the window asks the other workers. */
    @Override
    CancelResult cancelOfUnknown() {
        return CancelResult.UNKNOWN;
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }
}
