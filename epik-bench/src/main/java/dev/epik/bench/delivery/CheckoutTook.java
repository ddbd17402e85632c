// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.Arrays;
import java.util.List;

/** What submits took in one state and round, in microseconds. */
record CheckoutTook(Pinterest state, double p50, double p99) {
    static final String MARK = "WAITED ";

    static CheckoutTook of(Pinterest state, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new CheckoutTook(state, quantile(sorted, 0.5), quantile(sorted, 0.99));
    }

    private static double quantile(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e3;
    }

    String line() {
        return MARK + state + " " + p50 + " " + p99;
    }

    static CheckoutTook of(String line) {
        List<String> words = List.of(line.substring(MARK.length()).split(" ", 3));
        return new CheckoutTook(
                Pinterest.valueOf(words.get(0)), Double.parseDouble(words.get(1)), Double.parseDouble(words.get(2)));
    }
}
