// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.time.Instant;

/** Reads the wall clock of this machine, and notices when it was set. Not thread-safe. */
final class WallClock {
    /** A correction of the clock by at most this much is not counted. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    private final Time time;
    private long lastNanos;
    private Instant last;
    private int timesSet;

    WallClock(Time time) {
        this.time = time;
        this.lastNanos = time.nanos();
        this.last = time.wall();
    }

    /** Returns the time, and counts if the clock was set since it was read last. */
    Instant now() {
        long nanos = time.nanos();
        Instant now = time.wall();
        Duration correction =
                Duration.between(last.plusNanos(nanos - lastNanos), now).abs();
        if (correction.compareTo(TOLERANCE) > 0) {
            timesSet++;
        }
        lastNanos = nanos;
        last = now;
        return now;
    }

    /** Returns how often the clock was seen to be set. */
    int timesSet() {
        return timesSet;
    }
}
