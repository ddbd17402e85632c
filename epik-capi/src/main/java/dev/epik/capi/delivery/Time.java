// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Clock;
import java.time.Instant;

/** The two clocks of this machine. Thread-safe. */
interface Time {
    /** Returns a time in nanoseconds that never goes back, from an arbitrary origin. */
    long nanos();

    /** Returns the wall clock, which people may set. */
    Instant wall();

    /** Returns the machine's own clocks. */
    static Time system(Clock wall) {
        return new Time() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant wall() {
                return wall.instant();
            }
        };
    }
}
