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
 * What follows from an answer.
 *
 * @param writes the outcomes to write; may be added to
 * @param pause what the ad account pauses for; empty: it goes on
 * @param failures in a row, for the length of the pause
 * @param maxPause the ceiling of the pause
 * @param releaseKeys suspects with these keys are due at once
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

    /** Writes the outcomes, and goes on. */
    static Decision goOn(List<Write> writes) {
        return new Decision(new ArrayList<>(writes), Optional.empty(), 0, Duration.ZERO, Set.of(), false);
    }
}
