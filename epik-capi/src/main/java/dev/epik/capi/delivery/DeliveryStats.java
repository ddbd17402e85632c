// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How delivery stands.
 *
 * @param accepted since the start of this process
 * @param pausedUntil present while nothing is sent because of trouble
 * @param pauseReason what the trouble is, and the cure; empty without a pause
 */
public record DeliveryStats(int waiting, int dead, long accepted, Optional<Instant> pausedUntil, String pauseReason) {
    /** Of both together: paused where one of them is, until the first of them goes on. */
    public DeliveryStats and(DeliveryStats other) {
        return new DeliveryStats(
                waiting + other.waiting,
                dead + other.dead,
                accepted + other.accepted,
                Stream.of(pausedUntil, other.pausedUntil)
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder()),
                Stream.of(pauseReason, other.pauseReason)
                        .filter(reason -> !reason.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(" ")));
    }
}
