// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import dev.epik.bench.Measured;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The growth of a figure with a parameter, such as {@code waiting} of {@code claim:store=sqlite,waiting=1000}. */
final class Growth {
    private final List<Measured> measured;

    Growth(List<Measured> measured) {
        this.measured = measured;
    }

    /**
     * Returns the growth from the parameter's smallest to its largest value, of the candidate that grows most; NaN if
     * none was measured.
     */
    double worst(String bench, String figure, String parameter) {
        return series(bench, figure, parameter).stream()
                .mapToDouble(
                        line -> line.lastEntry().getValue() / line.firstEntry().getValue())
                .max()
                .orElse(Double.NaN);
    }

    /** Returns the series of at least two values. Within a series only the parameter differs. */
    private Collection<NavigableMap<Long, Double>> series(String bench, String figure, String parameter) {
        Map<String, NavigableMap<Long, Double>> lines = new HashMap<>();
        for (Measured one : measured) {
            if (one.bench().equals(bench) && one.figure().equals(figure)) {
                String[] parts = one.way().split("[:,]", -1);
                String prefix = parameter + "=";
                String others = String.join(
                        ",",
                        Arrays.stream(parts)
                                .filter(part -> !part.startsWith(prefix))
                                .toList());
                Arrays.stream(parts)
                        .filter(part -> part.startsWith(prefix))
                        .map(part -> Long.valueOf(part.substring(prefix.length())))
                        .forEach(value -> lines.computeIfAbsent(others, none -> new TreeMap<>())
                                .put(value, one.median()));
            }
        }
        return lines.values().stream().filter(line -> line.size() > 1).toList();
    }
}
