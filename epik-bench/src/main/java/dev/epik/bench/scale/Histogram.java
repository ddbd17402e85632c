// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.Arrays;

/** Counts times in buckets that grow by 2 %, so that a percentile is at most 2 % too large. Not thread-safe. */
final class Histogram {
    private static final double GROWTH = Math.log(1.02);
    private static final int BUCKETS = 1000;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private int max;

    void add(int millis) {
        int value = Math.max(0, millis);
        counts[(int) (Math.log1p(value) / GROWTH)]++;
        count++;
        max = Math.max(max, value);
    }

    long count() {
        return count;
    }

    /** Returns the largest value; 0 without values. */
    int max() {
        return max;
    }

    /** Returns a percentile, such as 0.99; 0 if there is no value. */
    int percentile(double share) {
        long rank = (long) Math.ceil(share * count);
        long sum = 0;
        for (int i = 0; i < BUCKETS && count > 0; i++) {
            sum += counts[i];
            if (sum >= rank) {
                return (int) Math.min(max, Math.expm1((i + 1) * GROWTH));
            }
        }
        return 0;
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        max = 0;
    }
}
