// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/**
 * Decides how long the writer waits for events before it stores those that are there. The callers of the group that was
 * just stored come back within some 100 µs with their next events. To store at once would split the callers into two
 * groups for ever, and so need twice as many commits.
 *
 * <p>A caller alone never waits. If the callers do not come back, the writer does not wait for a while. Not
 * thread-safe.
 */
final class GroupLinger {
    private static final long MAX_NANOS = 1_000_000;

    /** Of the time that the last commit took. */
    private static final int PART = 4;

    private static final int GROUPS_WITHOUT = 16;

    private final int max;
    private int expected;
    private long commitNanos;
    private int without;

    /** @param max of the events of a group */
    GroupLinger(int max) {
        this.max = max;
    }

    /**
     * Notes that a group was stored.
     *
     * @param size of the group
     * @param waiting the events that came meanwhile
     */
    void onStored(int size, int waiting, long nanos) {
        expected = Math.min(max, size + waiting);
        commitNanos = nanos;
    }

    /** Returns how long to wait at most, until {@link #expected} events wait. */
    long nanos(int waiting) {
        if (waiting >= expected) {
            return 0;
        }
        if (without > 0) {
            without--;
            return 0;
        }
        return Math.min(MAX_NANOS, commitNanos / PART);
    }

    int expected() {
        return expected;
    }

    /** Notes how many events waited in the end. */
    void onWaited(int waiting) {
        if (waiting < expected) {
            without = GROUPS_WITHOUT;
        }
    }
}
