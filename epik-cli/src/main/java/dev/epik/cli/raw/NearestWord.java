// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that was probably meant. Pure functions. */
public final class NearestWord {
    /** The maximum number of wrong, missing or additional letters. */
    private static final int MAX_TYPOS = 2;

    private static final int MAX_COMPARED = 40;

    private NearestWord() {}

    /** Returns the known word that differs least, comparing letters and digits only; empty if no word is similar. */
    public static Optional<String> to(String word, Collection<String> known) {
        String letters = letters(word);
        String nearest = null;
        int fewest = MAX_TYPOS + 1;
        for (String candidate : letters.length() > MAX_COMPARED ? java.util.List.<String>of() : known) {
            String other = letters(candidate);
            int typos = distance(letters, other);
            if (typos < fewest && typos * 2 < other.length()) {
                nearest = candidate;
                fewest = typos;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Returns the ASCII letters and digits of a word, in lower case. */
    static String letters(String word) {
        StringBuilder letters = new StringBuilder(word.length());
        for (char c : word.toLowerCase(Locale.ROOT).toCharArray()) {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                letters.append(c);
            }
        }
        return letters.toString();
    }

    /** Returns Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
