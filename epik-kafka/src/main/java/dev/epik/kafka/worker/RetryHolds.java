// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.kafka.window.RetryDelay;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of retry topics whose next record is not due. A record that is held stays unread, and so do those
 * behind it. Does no I/O. Not thread-safe.
 */
final class RetryHolds {
    private final Map<TopicPartition, Hold> holds = new HashMap<>();

    /**
     * A record that is not due.
     *
     * @param until in ms
     */
    private record Hold(long offset, long until, RetryDelay delay) {
        /** Returns whether it is not due. If that is later than its topic allows, the clock was set back since. */
        boolean isHeld(long now) {
            return until > now && until - now <= delay.maxHeldMillis();
        }
    }

    /**
     * Returns whether a record stays unread, and remembers that.
     *
     * @param due when its event may be sent
     * @param writtenAt the time of the record
     */
    boolean holds(TopicPartition partition, long offset, RetryDelay delay, OptionalLong due, long writtenAt, long now) {
        Hold known = holds.get(partition);
        if (due.isEmpty()) {
            return false;
        }
        if (known == null || known.offset != offset) {
            known = new Hold(offset, delay.heldUntil(due.getAsLong(), writtenAt, now), delay);
        }
        if (!known.isHeld(now)) {
            holds.remove(partition);
            return false;
        }
        holds.put(partition, known);
        return true;
    }

    /** Returns the partitions that are not to be read now. */
    Set<TopicPartition> held(long now) {
        Set<TopicPartition> held = new HashSet<>();
        holds.forEach((partition, hold) -> {
            if (hold.isHeld(now)) {
                held.add(partition);
            }
        });
        return held;
    }

    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(holds::remove);
    }
}
