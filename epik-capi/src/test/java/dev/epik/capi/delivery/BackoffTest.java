// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    @Test
    void usesTheRequestedPauseBetweenASecondAndAnHour() {
        assertEquals(Duration.ofSeconds(17), requested(Duration.ofSeconds(17)));
        assertEquals(Duration.ofSeconds(1), requested(Duration.ZERO));
        assertEquals(Duration.ofSeconds(1), requested(Duration.ofSeconds(-5)));
        assertEquals(Duration.ofHours(1), requested(ChronoUnit.FOREVER.getDuration()));
    }

    private static Duration requested(Duration time) {
        return Backoff.delay(9, Optional.of(time), Backoff.MAX, new Random(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 900})
    void doublesWithJitterUpToTheCeiling(int seconds) {
        Random random = new Random(20261123);
        Duration max = Duration.ofSeconds(seconds);
        for (int failures = 1; failures <= 100; failures++) {
            long ceiling = Math.min(max.toMillis(), 1000L << Math.min(failures - 1, 20));
            long minDelay = Long.MAX_VALUE;
            long maxDelay = 0;
            for (int round = 0; round < 200; round++) {
                long delay =
                        Backoff.delay(failures, Optional.empty(), max, random).toMillis();
                minDelay = Math.min(minDelay, delay);
                maxDelay = Math.max(maxDelay, delay);
            }
            assertTrue(
                    minDelay >= ceiling / 2 && maxDelay <= ceiling,
                    "after " + failures + ": " + minDelay + " to " + maxDelay);
            assertTrue(maxDelay - minDelay > ceiling / 4, "no jitter after " + failures);
        }
    }
}
