// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The decision that follows from an answer.
 *
 * @param writes the outcomes to write; a mutable list
 * @param pause the cause of a pause of the ad account; empty if it does not pause
 * @param failures the failures in a row, which decide the length of the pause
 * @param maxPause the ceiling of the pause
 * @param releaseKeys the keys of suspects that become due at once
 * @param taken whether Pinterest took an event
 */
record Decision(
        List<Write> writes,
        Optional<Failure> pause,
        int failures,
        Duration maxPause,
        Set<String> releaseKeys,
        boolean taken) {
    /** Settlements of one batch. */
    record Write(Batch batch, List<Settlement> settlements) {
        /** @param outcomes of the events of the request, in their order */
        static Write of(Sending request, List<Outcome> outcomes) {
            List<Settlement> settlements = new ArrayList<>(outcomes.size());
            for (int i = 0; i < outcomes.size(); i++) {
                settlements.add(Settlement.of(request.events().get(i), outcomes.get(i)));
            }
            return new Write(request.root(), settlements);
        }
    }

    /** Returns a decision to write the outcomes and to send the next request at once, after a request that failed. */
    static Decision goOn(List<Write> writes) {
        return new Decision(new ArrayList<>(writes), Optional.empty(), 0, Duration.ZERO, Set.of(), false);
    }

    /** Returns a decision to write the outcomes and to send the next request at once, after Pinterest took an event. */
    static Decision taken(List<Write> writes, Set<String> releaseKeys) {
        return new Decision(writes, Optional.empty(), 0, Duration.ZERO, releaseKeys, true);
    }

    /**
     * Returns a decision to write the outcomes and to pause.
     *
     * @param failures failures in a row, at least 1
     */
    static Decision pause(List<Write> writes, Failure failure, int failures, Duration maxPause) {
        return new Decision(writes, Optional.of(failure), failures, maxPause, Set.of(), false);
    }
}
