// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryDelayTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void threeRoundsTakeAMinuteAndLaterOnesTen() {
        assertEquals(RetryDelay.SOON, RetryDelay.ofRound(1));
        assertEquals(RetryDelay.SOON, RetryDelay.ofRound(3));
        assertEquals(RetryDelay.LATER, RetryDelay.ofRound(4));
        assertEquals(60_000, RetryDelay.SOON.millis());
        assertEquals(600_000, RetryDelay.LATER.millis());
    }

    @Test
    void anEventIsNotDueBeforeItCouldHaveBeenSent() {
        assertEquals(NOW + 60_000, RetryDelay.SOON.due(NOW, NOW - 5));
        assertEquals(NOW + 3_600_000, RetryDelay.SOON.due(NOW, NOW + 3_600_000));
    }

    @Test
    void aRecordIsHeldUntilItsEventIsDue() {
        assertEquals(NOW + 60_000, RetryDelay.SOON.heldUntil(NOW + 60_000, NOW, NOW + 100));
    }

    @Test
    void aRecordIsHeldNoLongerThanTheDelayOfItsTopic() {
        assertEquals(NOW + 60_000, RetryDelay.SOON.heldUntil(NOW + 3_600_000, NOW, NOW));
        assertEquals(NOW + 60_000, RetryDelay.SOON.heldUntil(Long.MAX_VALUE - 10_000, Long.MAX_VALUE - 10_000, NOW));
    }

    @Test
    void recordsAreReadAtFullSeconds() {
        assertEquals(NOW + 61_000, RetryDelay.SOON.heldUntil(NOW + 60_001, NOW + 1, NOW + 1));
    }

    @Test
    void noTimeOfARecordBlocksItsPartitionForLonger() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            RetryDelay delay = random.nextBoolean() ? RetryDelay.SOON : RetryDelay.LATER;
            long due = random.nextBoolean() ? random.nextLong() / 1000 : NOW + random.nextInt();
            long written = random.nextBoolean() ? random.nextLong() : NOW + random.nextInt();
            assertTrue(delay.heldUntil(due, written, NOW) <= NOW + delay.millis() + 1_000);
        }
    }
}
