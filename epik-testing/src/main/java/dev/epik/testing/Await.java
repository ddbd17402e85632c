// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for another thread or process. */
public final class Await {
    private static final Duration MAX = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 1_000_000;

    private Await() {}

    /** Returns when the condition is true. Throws an {@link AssertionError} after a minute or at an interrupt. */
    public static void until(Callable<Boolean> condition) {
        long end = System.nanoTime() + MAX.toNanos();
        while (!isTrue(condition)) {
            if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the condition was not true within " + MAX.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean isTrue(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
