// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.kafka.window.RetryDelay;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RetryHoldsTest {
    private static final TopicPartition ONE = new TopicPartition("t-retry", 0);
    private static final TopicPartition OTHER = new TopicPartition("t-retry", 1);
    private static final long NOW = 1_800_000_000_000L;

    private final RetryHolds holds = new RetryHolds();

    private boolean holds(TopicPartition partition, long offset, long due, long now) {
        return holds.holds(partition, offset, RetryDelay.SOON, OptionalLong.of(due), NOW, now);
    }

    @Test
    void aPartitionIsHeldUntilItsNextRecordIsDue() {
        assertTrue(holds(ONE, 5, NOW + 60_000, NOW));
        assertFalse(holds(OTHER, 5, NOW, NOW));
        assertEquals(Set.of(ONE), holds.held(NOW + 59_999));
        assertEquals(Set.of(), holds.held(NOW + 60_000));
        assertFalse(holds(ONE, 5, NOW + 60_000, NOW + 60_000));
    }

    @Test
    void aRecordWithAWrongTimeIsHeldForTheDelayOfItsTopicOnce() {
        long far = NOW + 1_000_000_000;
        assertTrue(holds.holds(ONE, 5, RetryDelay.SOON, OptionalLong.of(far), far, NOW));
        assertTrue(holds.holds(ONE, 5, RetryDelay.SOON, OptionalLong.of(far), far, NOW + 59_000));
        assertFalse(holds.holds(ONE, 5, RetryDelay.SOON, OptionalLong.of(far), far, NOW + 60_000));
    }

    @Test
    void aClockThatIsSetBackHoldsNothingForLonger() {
        assertTrue(holds(ONE, 5, NOW + 60_000, NOW));
        long now = NOW - 3_600_000;
        assertEquals(Set.of(), holds.held(now));
        assertFalse(holds(ONE, 5, NOW + 60_000, now));
    }

    @Test
    void aRecordWithoutADueTimeIsReadAtOnce() {
        assertFalse(holds.holds(ONE, 5, RetryDelay.SOON, OptionalLong.empty(), NOW, NOW));
    }

    @Test
    void aPartitionThatWasTakenAwayIsForgotten() {
        assertTrue(holds(ONE, 5, NOW + 60_000, NOW));
        holds.forget(List.of(ONE));
        assertEquals(Set.of(), holds.held(NOW));
    }
}
