// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a topic, with the position that the group has committed. The commit also names each settled record
 * after that position. Not thread-safe.
 */
final class Partition {
    /** The limit of records between the committed position and the last record that was read. */
    static final int MAX_SPAN = 20_000;

    final int index;
    private @Nullable Event[] ring = new Event[64];
    private long committed;
    private long next;
    private long end;
    private int lastCommit = Event.UNSETTLED;

    @Nullable
    Worker owner;

    Partition(int index) {
        this.index = index;
    }

    void append(Event event) {
        if (end - committed == ring.length) {
            grow();
        }
        event.partition = this;
        ring[slot(end++)] = event;
    }

    /** Returns the next record that is not settled; null if all are settled, it is not due, or the span is used up. */
    @Nullable
    Event read(int now) {
        while (next < end && next - committed < MAX_SPAN) {
            Event event = at(next);
            if (event.settled == Event.UNSETTLED) {
                if (event.due > now) {
                    return null;
                }
                next++;
                return event;
            }
            next++;
        }
        return null;
    }

    /** Commits what is settled now. */
    void commit(int now) {
        while (committed < next && at(committed).settled != Event.UNSETTLED) {
            ring[slot(committed++)] = null;
        }
        lastCommit = now;
    }

    /** Goes back to the committed position. Records that were settled after the last commit are read again. */
    void rewind() {
        for (long i = committed; i < next; i++) {
            Event event = at(i);
            if (event.settled > lastCommit) {
                event.settled = Event.UNSETTLED;
            }
        }
        next = committed;
    }

    /** Returns the number of unsettled records. */
    long backlog() {
        long unsettled = 0;
        for (long i = committed; i < end; i++) {
            unsettled += at(i).settled == Event.UNSETTLED ? 1 : 0;
        }
        return unsettled;
    }

    private Event at(long offset) {
        return Objects.requireNonNull(ring[slot(offset)]);
    }

    private int slot(long offset) {
        return (int) (offset & (ring.length - 1));
    }

    private void grow() {
        @Nullable Event[] larger = new Event[ring.length * 2];
        for (long i = committed; i < end; i++) {
            larger[(int) (i & (larger.length - 1))] = ring[slot(i)];
        }
        ring = larger;
    }
}
