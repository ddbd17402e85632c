// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.json.PrintableText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the mistakes of a file. Not thread-safe. */
final class Mistakes {
    private static final int MAX_QUOTED = 60;

    private final List<PlanMistake> all = new ArrayList<>();

    void add(int line, String field, String message) {
        all.add(new PlanMistake(line, field, message));
    }

    /** Returns them in the order of their lines. */
    List<PlanMistake> sorted() {
        return all.stream().sorted(Comparator.comparingInt(PlanMistake::line)).toList();
    }

    /** Returns a value of the file for a message: in quotes, at most 60 characters, without control characters. */
    static String quoted(String value) {
        String cut = value.length() <= MAX_QUOTED ? value : value.substring(0, MAX_QUOTED) + "…";
        return "\"" + PrintableText.of(cut).replace('"', ' ') + "\"";
    }
}
