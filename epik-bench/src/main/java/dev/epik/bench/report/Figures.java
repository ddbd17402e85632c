// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up medians by name. A median that was not measured is NaN, and so is every number computed from it. */
final class Figures {
    private final List<Measured> measured;

    Figures(List<Measured> measured) {
        this.measured = measured;
    }

    double median(String bench, String way, String figure) {
        return find(bench, way, figure).map(Measured::median).orElse(Double.NaN);
    }

    double ratio(String bench, String figure, String over, String under) {
        return median(bench, over, figure) / median(bench, under, figure);
    }

    /** Returns the ratio of {@code over} to {@code under} for each round; empty if either was not measured. */
    List<Double> paired(String bench, String figure, String over, String under) {
        List<Double> above = find(bench, over, figure).map(Measured::rounds).orElse(List.of());
        List<Double> below = find(bench, under, figure).map(Measured::rounds).orElse(List.of());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(above.size(), below.size()); round++) {
            ratios.add(above.get(round) / below.get(round));
        }
        return ratios;
    }

    private Optional<Measured> find(String bench, String way, String figure) {
        return measured.stream()
                .filter(one -> one.bench().equals(bench))
                .filter(one -> one.way().equals(way))
                .filter(one -> one.figure().equals(figure))
                .findFirst();
    }
}
