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
 * What the command line asks for.
 *
 * @param only these benches; all where empty
 * @param from an earlier result file, to make the documents of; then nothing is run
 * @param jmh arguments of JMH's own, which beat ours
 */
record Arguments(
        boolean isShort, Set<String> only, @Nullable Path from, List<String> jmh) {
    static final String USAGE = "Bench [--short] [--only NAME,…] [--from FILE] [--jmh ARGUMENTS OF JMH…]";

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
                default -> throw new IllegalArgumentException("Not known: " + word + "\n" + USAGE);
            }
        }
        return new Arguments(isShort, only, from, List.of());
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException("Nothing after " + option + "\n" + USAGE);
        }
        return left.remove();
    }

    boolean wants(String bench) {
        return only.isEmpty() || only.contains(bench);
    }
}
