// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long all wait after trouble: what Pinterest asked for, else anything up to twice as long as the last time (full
 * jitter, so that many shops do not come back at once), 15 minutes at most.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int MOST_DOUBLINGS = 10;

    private Backoff() {}

    /** @param troubles in a row, this one included: at least 1 */
    static Duration wait(int troubles, Optional<Duration> asked, RandomGenerator random) {
        if (asked.isPresent()) {
            return asked.get();
        }
        long ceiling = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(troubles - 1, MOST_DOUBLINGS));
        // never none at all: a pause that is no pause would be a loop
        return Duration.ofMillis(ceiling / 10 + random.nextLong(ceiling - ceiling / 10 + 1));
    }
}
