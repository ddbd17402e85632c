// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

/** The result of a goal in a run. */
public enum Verdict {
    HOLDS("yes"),
    FAILS("NO"),
    NOT_MEASURED("not measured");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    static Verdict of(boolean holds) {
        return holds ? HOLDS : FAILS;
    }

    String word() {
        return word;
    }
}
