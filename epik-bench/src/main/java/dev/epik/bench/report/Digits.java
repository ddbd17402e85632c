// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.util.Locale;

/** Formats numbers with three significant digits. */
final class Digits {
    private Digits() {}

    static String of(double number) {
        double size = Math.abs(number);
        if (size >= 100 || number == Math.rint(number)) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", number);
    }

    static String times(double ratio) {
        return of(ratio) + "×";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }
}
