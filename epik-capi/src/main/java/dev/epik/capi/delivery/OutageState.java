// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an ad account knows of the outage that it is in: how long to pause, and which suspects to try when it ends. */
final class OutageState {
    private static final int MAX_KEYS = 20;

    private int failures;
    private int events;

    /** Immutable while it is empty, as it mostly is. */
    private Set<String> keys = Set.of();

    /**
     * Adds a failure, and decides how long the ad account pauses.
     *
     * @param another whether it says something new: it makes the next pause longer
     */
    Decision failed(List<Decision.Write> writes, Failure failure, boolean another) {
        if (another) {
            failures++;
            events += failure.kind() == Failure.Kind.THROTTLED ? 0 : 1;
        }
        if (keys.isEmpty()) {
            keys = new LinkedHashSet<>();
        }
        if (keys.size() < MAX_KEYS) {
            keys.add(failure.key());
        }
        boolean forPeople = failure.ofAccount() && events > 1;
        Duration maxPause = forPeople ? Backoff.MAX_IF_PEOPLE_MUST_ACT : Backoff.MAX;
        return new Decision(writes, Optional.of(failure), Math.max(1, failures), maxPause, Set.of(), false);
    }

    /** The pauses begin anew. */
    void restartPauses() {
        failures = 0;
        events = 0;
    }

    /** Ends the outage; returns the keys of its failures. */
    Set<String> end() {
        Set<String> ended = keys;
        restartPauses();
        keys = Set.of();
        return ended;
    }
}
