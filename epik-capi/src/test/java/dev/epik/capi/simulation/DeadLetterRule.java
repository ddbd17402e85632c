// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.delivery.DeliveryOptions;
import java.time.Instant;

/** Decides whether an event may become a dead letter. A pure function. */
final class DeadLetterRule {
    private static final int MAX_MAYBE_COUNTED = 3;
    private static final int BLAMES = 3;

    private DeadLetterRule() {}

    /**
     * Returns whether the event may become a dead letter.
     *
     * @param wall the wall clock of the machine that decided it
     * @param now the time of the simulation
     * @param othersAcceptedAt the time at which another event of the ad account was last accepted, as a process knows
     *     it
     */
    static boolean allows(SimEvent event, DeliveryOptions options, Instant wall, long now, long othersAcceptedAt) {
        return isExpired(event, options, wall)
                || (event.stored.offline() && event.maybeCounted >= MAX_MAYBE_COUNTED)
                || isNamed(event, othersAcceptedAt)
                || isBlamed(event, now);
    }

    private static boolean isExpired(SimEvent event, DeliveryOptions options, Instant wall) {
        Instant happened = event.stored.happenedAt();
        boolean tooOld = options.maxAge()
                .filter(age -> happened.plus(age).isBefore(wall))
                .isPresent();
        boolean late = !event.stored.offline() && event.stored.urgentUntil().isBefore(wall);
        return tooOld || (late && options.late() == DeliveryOptions.Late.DEAD_LETTER);
    }

    /** Returns whether Pinterest named it as failed, and took others in the same request or later. */
    private static boolean isNamed(SimEvent event, long othersAcceptedAt) {
        return event.namedFailed > 0 && (event.namedBesideOthers || othersAcceptedAt > event.firstNamedFailed);
    }

    private static boolean isBlamed(SimEvent event, long now) {
        boolean tooLarge = event.poison == Poison.S413 && event.tooLargeAlone;
        boolean blamed = event.poison.maybeRejected() && event.failedAlone >= BLAMES;
        return event.isPoison(now) && (tooLarge || blamed);
    }
}
