// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;
import java.util.Map;

/**
 * The decisions of the planner. Immutable.
 *
 * @param steps the writes, in their order
 * @param actions the steps for people
 * @param found what exists already, by its ref
 * @param values the fields that the file has for each ref, with the ids of audiences and interests
 * @param parents the ref of the parent of each ref
 * @param dailyBefore what all active campaigns can spend on a day, in micro-currency
 * @param dailyAfter the same after the plan
 */
record Draft(
        List<Step> steps,
        List<PlanAction> actions,
        List<String> warnings,
        List<String> refusals,
        Map<String, Actual> found,
        Map<String, Wanted> values,
        Map<String, String> parents,
        long dailyBefore,
        long dailyAfter) {
    /** Returns whether a campaign, by its ref, is Performance+ or will be. Its ad groups cannot be paused. */
    static boolean isPerformancePlus(String campaignRef, Map<String, Actual> found, Map<String, Wanted> values) {
        Actual actual = found.get(campaignRef);
        Wanted wanted = values.get(campaignRef);
        return actual != null
                ? actual.fields().isTrue("is_performance_plus")
                : wanted != null && Boolean.TRUE.equals(wanted.values().get("performance_plus"));
    }
}
