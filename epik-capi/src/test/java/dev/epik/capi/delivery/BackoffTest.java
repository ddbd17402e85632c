// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void whatPinterestAsksForIsObeyed() {
        assertEquals(Duration.ofSeconds(17), Backoff.wait(9, Optional.of(Duration.ofSeconds(17)), new Random(1)));
    }

    @Test
    void theWaitDoublesAtMostIsJitteredAndEndsAtAQuarterOfAnHour() {
        Random random = new Random(20261123);
        for (int troubles = 1; troubles <= 100; troubles++) {
            long ceiling = Math.min(900_000, 1000L << Math.min(troubles - 1, 20));
            long least = Long.MAX_VALUE;
            long most = 0;
            for (int round = 0; round < 200; round++) {
                long wait = Backoff.wait(troubles, Optional.empty(), random).toMillis();
                least = Math.min(least, wait);
                most = Math.max(most, wait);
            }
            assertTrue(least >= ceiling / 10 && most <= ceiling, "after " + troubles + ": " + least + " to " + most);
            assertTrue(most - least > ceiling / 2, "no jitter after " + troubles);
        }
    }
}
