// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Which records count as settled by what another worker has committed. */
class AssignedPartitionTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Optional<Integer> OLD = Optional.of(4);
    private static final Optional<Integer> NEW = Optional.of(5);

    /** Reads the offsets 0 to 9 in an old epoch, and settles all but the first. */
    private static OffsetAndMetadata committed() {
        AssignedPartition first = new AssignedPartition(PARTITION);
        for (long offset = 0; offset < 10; offset++) {
            assertTrue(first.read(offset, OLD));
        }
        for (long offset = 1; offset < 10; offset++) {
            first.settle(offset);
        }
        OffsetAndMetadata committed = first.toCommit(true).orElseThrow();
        assertEquals(0, committed.offset());
        assertEquals(OLD, committed.leaderEpoch());
        return committed;
    }

    @Test
    void recordsOfANewerEpochAtOffsetsThatWereSettledAreNotSettled() {
        AssignedPartition next = new AssignedPartition(PARTITION, committed());
        assertTrue(next.read(0, OLD));
        assertFalse(next.read(1, OLD));
        assertFalse(next.read(5, OLD));
        assertTrue(next.read(6, NEW), "the brokers have lost the record that was settled");
        assertTrue(next.read(7, NEW));
        next.settle(0);
        assertEquals(6, next.lowestUnsettled());
        next.settle(6);
        next.settle(7);
        OffsetAndMetadata committed = next.toCommit(true).orElseThrow();
        assertEquals(8, committed.offset());
        assertEquals(NEW, committed.leaderEpoch());
    }

    @Test
    void aNewLeaderThatHasLostNothingChangesNothing() {
        AssignedPartition next = new AssignedPartition(PARTITION, committed());
        assertTrue(next.read(0, OLD));
        for (long offset = 1; offset < 10; offset++) {
            assertFalse(next.read(offset, OLD));
        }
        assertTrue(next.read(10, NEW));
        next.settle(10);
        assertTrue(next.toCommit(true).orElseThrow().metadata().length() > 0);
        AssignedPartition third =
                new AssignedPartition(PARTITION, next.toCommit(true).orElseThrow());
        assertTrue(third.read(0, OLD));
        assertFalse(third.read(9, OLD));
        assertFalse(third.read(10, NEW));
    }

    @Test
    void withoutEpochsTheOffsetsDecide() {
        AssignedPartition next = new AssignedPartition(PARTITION, committed());
        assertTrue(next.read(0, Optional.empty()));
        assertFalse(next.read(9, Optional.empty()));
    }
}
