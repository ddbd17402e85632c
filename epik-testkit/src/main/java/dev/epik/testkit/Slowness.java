// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;

/** What requests wait for before they are answered. Safe for many threads. */
final class Slowness {
    private Duration time = Duration.ZERO;

    /** Lets go at once what waited longer than that. */
    synchronized void set(Duration longest) {
        this.time = longest;
        notifyAll();
    }

    /** Waits; interrupted, it waits no more. */
    synchronized void pass() {
        long begin = System.nanoTime();
        long left;
        while ((left = (time.toNanos() - (System.nanoTime() - begin)) / 1_000_000) > 0) {
            try {
                wait(left);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
