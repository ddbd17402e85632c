// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The ad accounts, from the largest to the smallest. Immutable. */
final class Accounts {
    /** The treatment of an ad account by Pinterest. */
    enum Kind {
        HEALTHY,
        /** Each request takes 10 s. */
        SLOW,
        /** Few requests per minute are allowed. */
        THROTTLED,
        /** Each request is refused for a time. */
        REVOKED
    }

    private static final int GROUPS = 10;
    private final double[] sums;

    Accounts(int count) {
        sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (i + 1);
            sums[i] = sum;
        }
    }

    int count() {
        return sums.length;
    }

    /** Returns a random ad account. */
    int next(RandomGenerator random) {
        int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
        return Math.min(found < 0 ? -found - 1 : found, sums.length - 1);
    }

    /** Returns the kind. Each kind has large and small ad accounts. */
    static Kind kind(int account) {
        if (account % 100 == 2) {
            return Kind.REVOKED;
        }
        if (account % 100 == 7) {
            return Kind.SLOW;
        }
        return account < 100 && account % 10 == 5 ? Kind.THROTTLED : Kind.HEALTHY;
    }

    /** Returns the tenth of the ad accounts by size: 0 has the largest. */
    int tenth(int account) {
        return (int) ((long) account * GROUPS / sums.length);
    }
}
