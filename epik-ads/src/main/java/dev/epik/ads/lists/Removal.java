// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.util.Optional;

/** Decides whether a run may remove its number of rows. Pure functions. */
final class Removal {
    private static final String CONFIRM = "Confirm the removal if it is (allowMassRemoval, --yes)";

    private Removal() {}

    /** Returns why a run must not start; empty if it may. */
    static Optional<String> refusal(RowMerge.Plan plan, RunSettings settings) {
        if (plan.wanted() == 0 && plan.before() == 0) {
            return Optional.of("There is no row to send: is it the right file, or is everybody suppressed?");
        }
        if (!settings.removes() || settings.allowsMassRemoval()) {
            return Optional.empty();
        }
        if (plan.wanted() == 0) {
            return Optional.of("All " + plan.before() + " rows of the list would be removed, because there is no row to"
                    + " keep: is it the right file? " + CONFIRM);
        }
        boolean isMass = plan.toRemove() > settings.maxRemovalRows()
                && plan.toRemove() * 100.0 > (double) plan.before() * settings.maxRemovalPercent();
        return isMass
                ? Optional.of(
                        plan.toRemove() + " of the " + plan.before() + " rows of the list would be removed, which is"
                                + " more than " + settings.maxRemovalPercent() + " %: is it the whole list? " + CONFIRM)
                : Optional.empty();
    }
}
