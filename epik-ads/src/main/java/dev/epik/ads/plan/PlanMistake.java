// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

/**
 * A mistake in a plan file. Immutable.
 *
 * @param line the line, from 1
 * @param field where it is, such as {@code campaigns[1].ad_groups[1].daily_budget}; counted from 1
 * @param message what is wrong, with the cure
 */
public record PlanMistake(int line, String field, String message) {
    /** Returns the mistake in one line. */
    @Override
    public String toString() {
        return "line " + line + ", " + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
