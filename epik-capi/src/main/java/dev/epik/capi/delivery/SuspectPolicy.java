// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what becomes of an event whose request failed: when it is tried again, and when it is rejected. A pure
 * function of the event's history, the failure and the ad account's other requests.
 *
 * <p>An event becomes a dead letter only if Pinterest blamed that very event while it took others. There is one
 * exception: an offline event, which Pinterest cannot deduplicate, is not sent again without end after answers that may
 * have counted it.
 */
final class SuspectPolicy {
    /** How often an offline event is sent after the first answer that may have counted it. */
    static final int MAX_SENDS_AFTER_MAYBE_COUNTED = 3;

    private static final int BLAMES_TO_REJECT = 3;

    /** One event that is throttled is no suspect; one that is throttled again and again while others go is. */
    private static final int THROTTLED_TO_SUSPECT = 3;

    private static final Duration BETWEEN_BLAMES = Duration.ofMinutes(5);

    /** The first tries come soon: most failures last for seconds, and the event may be the only one that waits. */
    private static final Duration[] DELAYS = {
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(20),
        Duration.ofHours(1)
    };

    /**
     * If others are taken meanwhile, the failure does not last for seconds: quick tries would only cost them requests.
     */
    private static final Duration MIN_DELAY_WHILE_OTHERS_ARE_TAKEN = Duration.ofMinutes(1);

    private static final Duration TAKEN_MEANWHILE = Duration.ofSeconds(10);
    private static final Duration DELAY_AFTER_A_WEEK = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    /** An event that arrives over an hour late counts as offline, so it is tried more often before. */
    private static final Duration MAX_DELAY_WHILE_ONLINE = Duration.ofMinutes(5);

    private SuspectPolicy() {}

    /** Returns the event with one more failed request in its history. */
    static Batch.Claimed withAttempt(Batch.Claimed claimed, Failure failure) {
        return new Batch.Claimed(
                claimed.event(),
                claimed.redriven(),
                claimed.history().withAttempt(failure.mayHaveCounted()),
                claimed.storeKey());
    }

    /**
     * Adds one more failed request to the history of each event.
     *
     * @param left gets the events that may be sent again
     * @return the dead letters
     */
    static List<Settlement> countAttempt(List<Batch.Claimed> events, Failure failure, List<Batch.Claimed> left) {
        List<Settlement> forPeople = new ArrayList<>();
        for (Batch.Claimed each : events) {
            Batch.Claimed claimed = withAttempt(each, failure);
            mustWaitForPeople(claimed, failure).ifPresentOrElse(forPeople::add, () -> left.add(claimed));
        }
        return forPeople;
    }

    /** Decides on events whose answer is not awaited any more, because the client is closed. They may have arrived. */
    static List<Settlement> closedInFlight(List<Batch.Claimed> events, Instant now) {
        Failure failure = Failure.of(
                new Reply.Pause("The client was closed before Pinterest answered.", Optional.empty(), false, 0, true));
        List<Batch.Claimed> left = new ArrayList<>(events.size());
        List<Settlement> settlements = countAttempt(events, failure, left);
        left.forEach(claimed -> settlements.add(failedWithOthers(claimed, failure, now)));
        return settlements;
    }

    /** Returns a dead letter if the event cannot be sent again without the danger that Pinterest counts it twice. */
    static Optional<Settlement> mustWaitForPeople(Batch.Claimed claimed, Failure failure) {
        return claimed.event().offline() && claimed.history().maybeCounted() > MAX_SENDS_AFTER_MAYBE_COUNTED
                ? Optional.of(Settlement.of(
                        claimed,
                        new Outcome.Rejected("Pinterest may have counted this offline event after each of "
                                + claimed.history().maybeCounted()
                                + " requests, and cannot deduplicate it: look for it in Ads Manager, and redrive it if it"
                                + " is not there. Last answer: " + failure.reason())))
                : Optional.empty();
    }

    /**
     * Decides on an event that was not alone in the request: it waits as an ordinary event, or as the suspect it was.
     */
    static Settlement failedWithOthers(Batch.Claimed claimed, Failure failure, Instant now) {
        DeliveryHistory history = claimed.history();
        Duration delay = history.isSuspect() ? retryDelay(claimed.event(), history, now) : Duration.ZERO;
        return Settlement.postponed(claimed, failure.reason(), delay, history);
    }

    /** Decides on an event that was alone in the request. */
    static Settlement failedAlone(Batch.Claimed claimed, Failure failure, Batch root, RequestLog log, Instant now) {
        if (failure.kind() == Failure.Kind.THROTTLED && claimed.history().attempts() < THROTTLED_TO_SUSPECT) {
            return failedWithOthers(claimed, failure, now);
        }
        DeliveryHistory history = claimed.history().withFailureAlone(failure.key(), now);
        if (failure.kind() == Failure.Kind.NAMED
                && log.othersAreTakenSinceNamed(
                        claimed.event().key(), failure.key(), history.failedAloneSince(), now)) {
            return Settlement.of(claimed, new Outcome.Rejected(failure.reason()));
        }
        if (failure.kind() == Failure.Kind.BLAMED) {
            boolean apart = history.blames() == 0
                    || Duration.between(history.lastBlame(), now).abs().compareTo(BETWEEN_BLAMES) >= 0;
            if (apart && log.othersAreTaken(now, root)) {
                history = history.withBlame(now);
            }
            if (history.blames() >= BLAMES_TO_REJECT || log.blamesInLowTraffic(history.failedAloneSince(), now)) {
                return Settlement.of(claimed, new Outcome.Rejected(failure.reason()));
            }
        }
        Duration delay = retryDelay(claimed.event(), history, now);
        boolean isNamed = failure.kind() == Failure.Kind.NAMED; // the next try decides
        if (!isNamed
                && delay.compareTo(MIN_DELAY_WHILE_OTHERS_ARE_TAKEN) < 0
                && log.isAnyTakenSince(now.minus(TAKEN_MEANWHILE))) {
            delay = MIN_DELAY_WHILE_OTHERS_ARE_TAKEN;
        }
        return Settlement.postponed(claimed, failure.reason(), delay, history);
    }

    /**
     * Returns how long a suspect waits until it is tried again: 2, 5, 15 seconds, 1, 2, 5, 10, 20 minutes, then an
     * hour, after a week a day.
     */
    static Duration retryDelay(StoredEvent event, DeliveryHistory history, Instant now) {
        Duration failing = Duration.between(history.failedAloneSince(), now);
        if (failing.compareTo(WEEK) > 0) {
            return DELAY_AFTER_A_WEEK;
        }
        Duration delay = DELAYS[Math.max(0, Math.min(history.failuresAlone(), DELAYS.length) - 1)];
        boolean online = event.urgentUntil().isAfter(now);
        return online && delay.compareTo(MAX_DELAY_WHILE_ONLINE) > 0 ? MAX_DELAY_WHILE_ONLINE : delay;
    }
}
