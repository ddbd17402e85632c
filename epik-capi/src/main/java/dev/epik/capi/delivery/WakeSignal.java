// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Counts the events that this process has stored since the outbox was last read, and decides when they wake the
 * delivery thread. {@link #stored} is thread-safe; the other methods are for the delivery thread.
 */
final class WakeSignal {
    // Updaters instead of atomic objects save memory: a client may have thousands of ad accounts.
    private static final AtomicIntegerFieldUpdater<WakeSignal> STORED =
            AtomicIntegerFieldUpdater.newUpdater(WakeSignal.class, "stored");
    private static final AtomicIntegerFieldUpdater<WakeSignal> SIGNALLED =
            AtomicIntegerFieldUpdater.newUpdater(WakeSignal.class, "signalled");

    private volatile int stored;

    /** 1 from the wake-up until {@link #taken}; otherwise 0. */
    @SuppressWarnings("UnusedVariable") // read by its updater
    private volatile int signalled;

    /** The number of events that wakes the delivery thread. Waking it for each event would slow down a busy shop. */
    private volatile int threshold = 1;

    /** Adds new events; returns whether the delivery thread must be woken. */
    boolean stored(int events) {
        return STORED.addAndGet(this, events) >= threshold && SIGNALLED.compareAndSet(this, 0, 1);
    }

    /** Ends the signal: the next new event may wake the delivery thread again. */
    void taken() {
        signalled = 0;
    }

    /** Sets the count to 0. Called before the outbox is read. */
    void clear() {
        stored = 0;
    }

    boolean isEmpty() {
        return stored == 0;
    }

    /** Returns whether enough events were stored to read the outbox again. */
    boolean isReached() {
        return stored >= threshold;
    }

    void wakeAtOnce() {
        threshold = 1;
    }

    /** Wakes the delivery thread after this number of new events. */
    void wakeAfter(int events) {
        threshold = events;
    }

    /** Keeps new events from waking the delivery thread: the ad account is scheduled in another way. */
    void wakeNever() {
        threshold = Integer.MAX_VALUE;
    }
}
