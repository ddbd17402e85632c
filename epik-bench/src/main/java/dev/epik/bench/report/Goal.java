// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

/** One row of the table: a goal and the result of a run. */
public record Goal(String what, String goal, String measured, GoalResult result) {
    /** @param ratio a peer's cost divided by ours; infinite if ours is 0 */
    static Goal timesLess(String what, double atLeast, double ratio) {
        return judged(what, "at least " + Digits.times(atLeast), ratio, Digits.times(ratio), ratio >= atLeast);
    }

    static Goal timesAtMost(String what, double atMost, double ratio) {
        return judged(what, "at most " + Digits.times(atMost), ratio, Digits.times(ratio), ratio <= atMost);
    }

    static Goal atLeast(String what, double atLeast, String unit, double amount) {
        String goal = "at least " + Digits.of(atLeast) + ' ' + unit;
        return judged(what, goal, amount, Digits.of(amount) + ' ' + unit, amount >= atLeast);
    }

    static Goal atMost(String what, double atMost, String unit, double amount) {
        String goal = (atMost == 0 ? "" : "at most ") + Digits.of(atMost) + ' ' + unit;
        return judged(what, goal, amount, Digits.of(amount) + ' ' + unit, amount <= atMost);
    }

    private static Goal judged(String what, String goal, double value, String measured, boolean holds) {
        if (Double.isNaN(value)) {
            return new Goal(what, goal, "", GoalResult.NOT_MEASURED);
        }
        String said = value == Double.POSITIVE_INFINITY ? "ours costs nothing" : measured;
        return new Goal(what, goal, said, GoalResult.of(holds));
    }
}
