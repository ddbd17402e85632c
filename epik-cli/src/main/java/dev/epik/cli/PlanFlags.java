// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.plan.AdsPlanner;
import picocli.CommandLine.Option;

/** Options that allow a plan more. */
final class PlanFlags {
    @Option(names = "--adopt", description = "Find active campaigns, ad groups and ads by name, too.")
    boolean adopt;

    @Option(names = "--overwrite-drift", description = "Overwrite what was changed at Pinterest meanwhile.")
    boolean overwriteDrift;

    boolean areSet() {
        return adopt || overwriteDrift;
    }

    AdsPlanner on(AdsPlanner planner) {
        AdsPlanner adopting = adopt ? planner.adopting() : planner;
        return overwriteDrift ? adopting.overwritingDrift() : adopting;
    }
}
