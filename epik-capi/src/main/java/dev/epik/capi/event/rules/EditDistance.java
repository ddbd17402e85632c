// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

/** Counts how many letters of a word are wrong. A pure function. */
public final class EditDistance {
    private EditDistance() {}

    /**
     * Returns Levenshtein's distance: how many characters must be inserted, removed or replaced to turn one into the
     * other. The time grows with the product of the lengths.
     */
    public static int between(String one, String other) {
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
