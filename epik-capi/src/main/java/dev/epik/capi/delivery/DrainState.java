// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The state of a drain: whether one was requested, and whether everything that was ready has been sent since.
 * {@link #request}, {@link #onStored} and the methods that only read are thread-safe; the others are for the delivery
 * thread.
 */
final class DrainState {
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int seen;
    private volatile boolean draining;
    private volatile boolean drained;

    /** Adds a request. Returns its number, for {@link #begin}. */
    int request() {
        return requests.incrementAndGet();
    }

    void begin(int request) {
        draining = true;
        drained = false;
        seen = Math.max(seen, request); // requests of several threads may arrive in any order
    }

    /** Reports a new event, so that the drain is not complete. */
    void onStored() {
        drained = false;
    }

    /** Reports whether nothing is ready and nothing is in flight. */
    void update(boolean isQuiet) {
        drained = isQuiet;
    }

    boolean isDraining() {
        return draining;
    }

    /** Returns whether everything that was ready at the last request is sent. */
    boolean isDrained() {
        return drained && seen == requests.get();
    }
}
