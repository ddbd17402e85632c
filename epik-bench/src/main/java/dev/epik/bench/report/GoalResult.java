// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

/** The result of a goal in a run. */
public enum GoalResult {
    HOLDS("yes"),
    FAILS("NO"),
    NOT_MEASURED("not measured");

    private final String word;

    GoalResult(String word) {
        this.word = word;
    }

    static GoalResult of(boolean holds) {
        return holds ? HOLDS : FAILS;
    }

    String word() {
        return word;
    }
}
