// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

/**
 * The size of the next batch of one ad account: it shrinks after answers that ask for less, and doubles with each
 * request in which Pinterest took an event. Not thread-safe.
 */
final class BatchLimits {
    /** A batch does not shrink below this because bad events are many. */
    static final int MIN_EVENTS = 50;

    private final int mostEvents;
    private final long mostBytes;
    private int maxEvents;
    private long maxBytes;

    /** Starts with the largest batch. */
    BatchLimits(int mostEvents, long mostBytes) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
        this.maxEvents = mostEvents;
        this.maxBytes = mostBytes;
    }

    int maxEvents() {
        return maxEvents;
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Returns the number of events of the largest batch. */
    int mostEvents() {
        return mostEvents;
    }

    /** Doubles both limits. */
    void onTaken() {
        maxEvents = Math.min(mostEvents, maxEvents * 2);
        maxBytes = Math.min(mostBytes, maxBytes * 2);
    }

    /** Halves the number of events, after a 429 or if there is no memory to hold a failed batch. */
    void halveEvents(int sentEvents) {
        if (sentEvents > 1) {
            maxEvents = sentEvents / 2;
        }
    }

    /** Halves the bytes, after a 413. */
    void halveBytes(long sentBytes) {
        maxBytes = Math.max(1, sentBytes / 2);
    }

    /** Halves the number of events if many of them are bad, to no less than {@link #MIN_EVENTS}. */
    void onManyBadEvents() {
        maxEvents = Math.max(MIN_EVENTS, maxEvents / 2);
    }
}
