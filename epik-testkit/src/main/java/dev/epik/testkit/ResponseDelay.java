// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;

/** The delay before a response. Thread-safe. */
final class ResponseDelay {
    private Duration delay = Duration.ZERO;

    /** Sets the delay. Requests that have waited longer than this are released at once. */
    synchronized void set(Duration newDelay) {
        this.delay = newDelay;
        notifyAll();
    }

    /** Waits for the delay, or until the thread is interrupted. */
    synchronized void await() {
        long begin = System.nanoTime();
        long left;
        while ((left = (delay.toNanos() - (System.nanoTime() - begin)) / 1_000_000) > 0) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
