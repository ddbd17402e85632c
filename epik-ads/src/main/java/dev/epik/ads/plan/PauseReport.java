// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;

/**
 * The result of pausing all campaigns. Immutable.
 *
 * @param paused the campaigns that were paused, such as {@code "Autumn" (626735565838)}
 * @param failures what may still be active, with the reason; empty if nothing is
 */
public record PauseReport(List<String> paused, List<String> failures) {
    /** Copies the lists. */
    public PauseReport {
        paused = List.copyOf(paused);
        failures = List.copyOf(failures);
    }

    /** Returns whether no campaign is active any more. */
    public boolean isComplete() {
        return failures.isEmpty();
    }
}
