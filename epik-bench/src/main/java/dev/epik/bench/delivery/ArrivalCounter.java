// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/** Counts the arrived sales. Thread-safe. */
final class ArrivalCounter {
    /** The number of the first measured sale; smaller numbers are for warming up. */
    static final int MEASURED = 10_000_000;

    private final BitSet seen = new BitSet();
    private long received;
    private long distinct;
    private long wanted = Long.MAX_VALUE;

    synchronized void note(SaleIds sales) {
        for (int i = 0; i < sales.size(); i++) {
            int number = sales.get(i);
            if (number >= MEASURED) {
                received++;
            }
            if (!seen.get(number)) {
                seen.set(number);
                distinct++;
            }
        }
        if (distinct >= wanted) {
            notifyAll();
        }
    }

    /** Waits for all of these sales; returns false if some are missing after the timeout. For one caller at a time. */
    synchronized boolean await(int from, int to, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int missing = missing(from, to);
        while (missing > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wanted = distinct + missing;
            wait(left);
            missing = missing(from, to);
        }
        wanted = Long.MAX_VALUE;
        return true;
    }

    /**
     * Waits until this many sales from a number on have arrived; returns how many have. For one caller at a time, while
     * no one waits for all.
     */
    synchronized int awaitCount(int from, int count, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int arrived = arrivedFrom(from);
        while (arrived < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wanted = distinct + count - arrived;
            wait(left);
            arrived = arrivedFrom(from);
        }
        wanted = Long.MAX_VALUE;
        return arrived;
    }

    private int arrivedFrom(int from) {
        return seen.cardinality() - seen.get(0, from).cardinality();
    }

    /** Returns how often measured sales arrived, including repetitions. */
    synchronized long received() {
        return received;
    }

    /** @throws IllegalStateException if a sale is missing, or an unknown one arrived */
    synchronized void mustBe(int warmedUp, int measured) {
        int lost = missing(0, warmedUp) + missing(MEASURED, MEASURED + measured);
        int invented = seen.cardinality() + lost - warmedUp - measured;
        if (lost != 0 || invented != 0) {
            throw new IllegalStateException(lost + " sales are missing, and " + invented + " are unknown");
        }
    }

    private int missing(int from, int to) {
        return to - from - seen.get(from, to).cardinality();
    }
}
