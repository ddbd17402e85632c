// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The wall clock of a simulated machine as a {@link Clock}. */
final class MachineClock extends Clock {
    private final Clocks.Machine machine;

    MachineClock(Clocks.Machine machine) {
        this.machine = machine;
    }

    @Override
    public Instant instant() {
        return machine.wall();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
