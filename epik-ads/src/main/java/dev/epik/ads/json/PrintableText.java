// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.json;

/** Makes texts of other people fit for a terminal: a pure function. */
public final class PrintableText {
    private PrintableText() {}

    /** Returns a text in one line, with spaces in place of control characters and marks that change the direction. */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", " ");
    }
}
