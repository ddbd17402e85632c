// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The delay before a transaction is run again after a conflict with another one. The delay is random, so that the nodes
 * of a Galera cluster, which find conflicts at the commit, do not meet again at once.
 */
final class RetryDelay {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    private RetryDelay() {}

    /**
     * Returns a delay in nanoseconds: between 1 and 10 ms after the first failure, then up to 20, 40 and 80 ms.
     *
     * @param failures in a row: at least 1
     */
    static long nanos(int failures, RandomGenerator random) {
        long max = Math.min(MAX_NANOS, FIRST_NANOS << Math.min(failures - 1, 10));
        return FIRST_NANOS / 10 + random.nextLong(max - FIRST_NANOS / 10 + 1);
    }

    /** Waits that long. If the thread is interrupted, returns at once and leaves it interrupted. */
    static void await(int failures) {
        LockSupport.parkNanos(nanos(failures, ThreadLocalRandom.current()));
    }
}
