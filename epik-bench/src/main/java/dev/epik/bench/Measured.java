// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import java.util.List;

/**
 * What one way of doing a thing came to.
 *
 * @param bench what was done, such as {@code DeliveryBench}
 * @param way by whom, such as {@code oursSqlite}
 * @param figure what was counted, with its unit, such as {@code us/event}
 * @param rounds one figure a round, in the rounds' order, so that those of two ways make pairs
 */
public record Measured(String bench, String way, String figure, List<Double> rounds) {
    public Measured {
        rounds = List.copyOf(rounds);
    }

    public double median() {
        return quantile(0.5);
    }

    /** Half the distance between the quartiles, as a share of the median. */
    public double spread() {
        return (quantile(0.75) - quantile(0.25)) / 2 / median();
    }

    private double quantile(double share) {
        double[] sorted =
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double at = share * (sorted.length - 1);
        int below = (int) at;
        return below + 1 == sorted.length
                ? sorted[below]
                : sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }
}
