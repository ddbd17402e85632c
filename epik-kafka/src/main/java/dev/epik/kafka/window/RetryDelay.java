// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

/**
 * When the records of the retry topics are read. Each of these topics has one delay, because a partition is read in
 * order: behind a record that waits for ten minutes, others would wait as well. A pure function; all times are in ms.
 */
public enum RetryDelay {
    /** The topic of the rounds 1 to 3. */
    SOON(60_000),
    /** The topic of the rounds after that. */
    LATER(600_000);

    private static final int ROUNDS_SOON = 3;

    /**
     * Records are read once a second, not one by one as they become due: each time the rest is fetched again from the
     * broker.
     */
    private static final long STEP = 1_000;

    private final long millis;

    RetryDelay(long millis) {
        this.millis = millis;
    }

    long millis() {
        return millis;
    }

    /** Returns the delay of an event that is moved for this time, from 1. */
    static RetryDelay ofRound(int round) {
        return round <= ROUNDS_SOON ? SOON : LATER;
    }

    /**
     * Returns when an event that is moved now may be sent again.
     *
     * @param readyAt when it could have been sent if it had stayed
     */
    long due(long now, long readyAt) {
        return Math.max(readyAt, now + millis);
    }

    /**
     * Returns until when a record stays unread. Never longer than the delay of its topic: an event that is due later
     * than that is moved once more. So a record with a wrong time blocks its partition no longer than any other.
     *
     * @param due when the event may be sent
     * @param writtenAt the time of the record
     * @param firstSeen when this worker saw it first
     */
    public long heldUntil(long due, long writtenAt, long firstSeen) {
        long until = Math.min(due, Math.min(plus(writtenAt), plus(firstSeen)));
        return Math.floorDiv(until + STEP - 1, STEP) * STEP;
    }

    /** Returns how long a record stays unread at most, in ms. */
    public long maxHeldMillis() {
        return millis + STEP;
    }

    private long plus(long time) {
        return time > Long.MAX_VALUE - 2 * millis ? Long.MAX_VALUE - millis : time + millis;
    }
}
