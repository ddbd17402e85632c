// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import java.util.List;

/**
 * The measurements of one candidate in one bench.
 *
 * @param bench the bench, such as {@code DeliveryBench}
 * @param way the candidate, such as {@code oursSqlite}
 * @param figure the unit, such as {@code us/event}
 * @param rounds one value per round, in order, so that the rounds of two candidates form pairs
 */
public record Measured(String bench, String way, String figure, List<Double> rounds) {
    public Measured {
        rounds = List.copyOf(rounds);
    }

    /** Returns the median of the rounds. */
    public double median() {
        return quantile(0.5);
    }

    /** Returns half the distance between the quartiles, as a share of the median. */
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
