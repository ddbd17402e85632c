// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;
import java.util.Optional;

/**
 * The result of applying a plan. Immutable.
 *
 * @param applied what was written, in its order
 * @param notApplied what was not written, or is not known to be written
 * @param refusals why nothing was sent; empty if something was, or if there was nothing to do
 * @param failure why it stopped in the middle, with the cure; empty if it did not
 * @param notes what Pinterest stored differently than it was sent
 */
public record ApplyReport(
        List<PlanAction> applied,
        List<PlanAction> notApplied,
        List<String> refusals,
        Optional<String> failure,
        List<String> notes) {
    /** Copies the lists. */
    public ApplyReport {
        applied = List.copyOf(applied);
        notApplied = List.copyOf(notApplied);
        refusals = List.copyOf(refusals);
        notes = List.copyOf(notes);
    }

    /** Returns whether the ad account is as the plan wants it. */
    public boolean isComplete() {
        return refusals.isEmpty() && failure.isEmpty() && notApplied.isEmpty();
    }

    /** Returns the report as lines for people. */
    public String text() {
        return PlanText.of(this);
    }
}
