// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The state of delivery, at the time of the call. Immutable.
 *
 * @param waiting events without an outcome
 * @param suspects waiting events that failed alone and are tried again less and less often
 * @param oldest how long the oldest waiting event has been in the outbox; empty if none waits
 * @param dead dead letters
 * @param accepted events that Pinterest took since the start of this process
 * @param pausedUntil when the pause ends; empty if delivery does not pause
 * @param pauseReason why delivery pauses, and the cure; empty once an event was accepted again, or none waits any more
 * @param replaced how often a thread of delivery or of the outbox, or an HTTP client, had to be replaced since the
 *     start of this process
 * @param overdue how long the oldest event that could be sent has not been tried, or has been in the spool; empty if
 *     that is at most 5 minutes
 * @param spooled events that wait in the spool of this node because the database fails; {@code waiting} does not count
 *     them. 0 without a spool; see {@link dev.epik.capi.outbox.SpooledOutbox}
 * @param oldestSpooled how long the oldest event has been in the spool; empty if the spool is empty
 * @param booksDifference by how many events the books of the outbox did not balance at the last check, which is done
 *     every hour; 0 if they did. See {@link dev.epik.capi.outbox.spi.Outbox#verify()}
 */
public record DeliveryStats(
        int waiting,
        int suspects,
        Optional<Duration> oldest,
        int dead,
        long accepted,
        Optional<Instant> pausedUntil,
        String pauseReason,
        int replaced,
        Optional<Duration> overdue,
        int spooled,
        Optional<Duration> oldestSpooled,
        long booksDifference) {
    /**
     * Returns the sum of the states of two ad accounts of one client. It pauses if one of them does, until the first of
     * the two pauses ends.
     */
    DeliveryStats and(DeliveryStats other) {
        return new DeliveryStats(
                waiting + other.waiting,
                suspects + other.suspects,
                longest(oldest, other.oldest),
                dead + other.dead,
                accepted + other.accepted,
                Stream.of(pausedUntil, other.pausedUntil)
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder()),
                Stream.of(pauseReason, other.pauseReason)
                        .filter(reason -> !reason.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(" ")),
                Math.max(replaced, other.replaced), // both count those of the whole client
                longest(overdue, other.overdue),
                spooled + other.spooled,
                longest(oldestSpooled, other.oldestSpooled),
                booksDifference + other.booksDifference);
    }

    /** Returns the state with more waiting events. */
    DeliveryStats andWaiting(long more) {
        return new DeliveryStats(
                (int) Math.min(Integer.MAX_VALUE, waiting + more),
                suspects,
                oldest,
                dead,
                accepted,
                pausedUntil,
                pauseReason,
                replaced,
                overdue,
                spooled,
                oldestSpooled,
                booksDifference);
    }

    private static Optional<Duration> longest(Optional<Duration> one, Optional<Duration> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }
}
