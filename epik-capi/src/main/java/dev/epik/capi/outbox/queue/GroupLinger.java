// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

/**
 * Decides how long the writer waits for more events before it stores a group. The callers whose events were just stored
 * come back within some 100 µs with their next events. Storing at once would split the callers into two groups
 * permanently, which needs twice as many commits.
 *
 * <p>A single caller never waits. If the callers do not come back, the writer does not wait for the next 16 groups. Not
 * thread-safe.
 */
public final class GroupLinger {
    private static final long MAX_NANOS = 1_000_000;

    /** The wait is at most this fraction of the last commit. */
    private static final int COMMIT_FRACTION = 4;

    private static final int GROUPS_WITHOUT_LINGER = 16;

    private final int max;
    private int expected;
    private long commitNanos;
    private int without;

    /**
     * Creates a linger that expects no events yet.
     *
     * @param max how many events a group has at most
     */
    public GroupLinger(int max) {
        this.max = max;
    }

    /**
     * Notes that a group was stored.
     *
     * @param size of the group
     * @param waiting the events that came meanwhile
     */
    public void onStored(int size, int waiting, long nanos) {
        expected = Math.min(max, size + waiting);
        commitNanos = nanos;
    }

    /** Returns how long to wait at most, until {@link #expected} events wait. */
    public long nanos(int waiting) {
        if (waiting >= expected) {
            return 0;
        }
        if (without > 0) {
            without--;
            return 0;
        }
        return Math.min(MAX_NANOS, commitNanos / COMMIT_FRACTION);
    }

    public int expected() {
        return expected;
    }

    /** Notes how many events waited in the end. */
    public void onWaited(int waiting) {
        if (waiting < expected) {
            without = GROUPS_WITHOUT_LINGER;
        }
    }
}
