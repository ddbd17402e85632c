// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.capi.event.rules.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the known names that were probably meant. Pure functions. */
public final class SimilarNames {
    private static final int MAX_TYPOS = 2;
    private static final int MAX_NAMES = 3;
    private static final int MAX_COMPARED = 60;

    private SimilarNames() {}

    /** Returns at most three names that differ by two letters at most, or contain the name, the nearest first. */
    public static List<String> to(String name, Collection<String> known) {
        String wanted = folded(name);
        if (wanted.isEmpty() || wanted.length() > MAX_COMPARED) {
            return List.of();
        }
        return known.stream()
                .distinct()
                .map(candidate -> new Candidate(candidate, typos(wanted, folded(candidate))))
                .filter(candidate -> candidate.typos <= MAX_TYPOS)
                .sorted(Comparator.comparingInt(Candidate::typos).thenComparing(Candidate::name))
                .limit(MAX_NAMES)
                .map(Candidate::name)
                .toList();
    }

    private record Candidate(String name, int typos) {}

    /** Returns the number of wrong, missing or additional letters; a name that contains the other has one at most. */
    private static int typos(String one, String other) {
        int distance = EditDistance.between(one, other);
        boolean isPart = one.length() > 2 && (other.contains(one) || (one.contains(other) && other.length() > 2));
        return distance * 2 >= Math.max(one.length(), other.length()) && !isPart
                ? Integer.MAX_VALUE
                : isPart ? Math.min(distance, 1) : distance;
    }

    private static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
