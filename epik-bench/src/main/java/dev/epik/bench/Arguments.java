// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param only the benches to run; empty: all
 * @param from an earlier result file to write the documents from; then no bench runs
 * @param jmh JMH's own arguments, which override ours
 */
record Arguments(
        boolean isShort, Set<String> only, @Nullable Path from, List<String> jmh) {
    static final String USAGE = "Bench [--short] [--only NAME,…] [--from FILE] [--jmh JMH_ARGUMENTS…]";

    Arguments {
        only = Set.copyOf(only);
        jmh = List.copyOf(jmh);
    }

    static Arguments of(String... words) {
        Deque<String> left = new ArrayDeque<>(List.of(words));
        boolean isShort = false;
        Set<String> only = new TreeSet<>();
        Path from = null;
        while (!left.isEmpty()) {
            String word = left.remove();
            switch (word) {
                case "--short" -> isShort = true;
                case "--only" -> only.addAll(List.of(value(word, left).split(",", -1)));
                case "--from" -> from = Path.of(value(word, left));
                case "--jmh" -> {
                    return new Arguments(isShort, only, from, List.copyOf(left));
                }
                default -> throw new IllegalArgumentException("Unknown option: " + word + "\n" + USAGE);
            }
        }
        return new Arguments(isShort, only, from, List.of());
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException("Missing value after " + option + "\n" + USAGE);
        }
        return left.remove();
    }

    boolean wants(String bench) {
        return only.isEmpty() || only.contains(bench);
    }
}
