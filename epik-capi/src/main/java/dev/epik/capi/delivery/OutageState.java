// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The outage of one ad account: how long the next pause lasts, and which suspects are released when the outage ends.
 * Not thread-safe.
 */
final class OutageState {
    private static final int MAX_KEYS = 20;

    private int failures;
    private int events;

    /** An immutable set while it is empty, to save memory: a client may have thousands of ad accounts. */
    private Set<String> keys = Set.of();

    /** Adds a failure, which makes the next pause longer. Returns the decision to pause. */
    Decision failed(List<Decision.Write> writes, Failure failure) {
        failures++;
        events += failure.kind() == Failure.Kind.THROTTLED ? 0 : 1;
        return pause(writes, failure);
    }

    /** Returns the decision to pause after a suspect failed again, which does not make the next pause longer. */
    Decision suspectFailedAgain(List<Decision.Write> writes, Failure failure) {
        return pause(writes, failure);
    }

    private Decision pause(List<Decision.Write> writes, Failure failure) {
        if (keys.isEmpty()) {
            keys = new LinkedHashSet<>();
        }
        if (keys.size() < MAX_KEYS) {
            keys.add(failure.key());
        }
        boolean operatorMustAct = failure.ofAccount() && events > 1;
        Duration maxPause = operatorMustAct ? Backoff.MAX_IF_OPERATOR_MUST_ACT : Backoff.MAX;
        return Decision.pause(writes, failure, Math.max(1, failures), maxPause);
    }

    /** Makes the next pause as short as the first one. */
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
