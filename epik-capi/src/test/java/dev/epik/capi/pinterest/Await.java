// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for another thread. */
final class Await {
    private static final Duration MAX = Duration.ofSeconds(30);

    private Await() {}

    /** Returns when the condition is true, and fails after 30 s. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + MAX.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("It did not happen within " + MAX);
            }
            Thread.onSpinWait();
        }
    }
}
