// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.Arrays;
import java.util.List;

/** The submit times in one state and round, in microseconds. */
record CheckoutResult(PinterestState state, double p50, double p99) {
    static final String MARK = "WAITED ";

    static CheckoutResult of(PinterestState state, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new CheckoutResult(state, quantile(sorted, 0.5), quantile(sorted, 0.99));
    }

    private static double quantile(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e3;
    }

    String line() {
        return MARK + state + " " + p50 + " " + p99;
    }

    static CheckoutResult of(String line) {
        List<String> words = List.of(line.substring(MARK.length()).split(" ", 3));
        return new CheckoutResult(
                PinterestState.valueOf(words.get(0)),
                Double.parseDouble(words.get(1)),
                Double.parseDouble(words.get(2)));
    }
}
