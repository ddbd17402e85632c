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
 * Decides about an event whose request failed: when it is tried again, and when it is rejected. A pure function of the
 * event's history, the failure and the other requests of the ad account.
 *
 * <p>An event becomes a dead letter only if Pinterest blamed this event while it took others. There is one exception:
 * Pinterest cannot deduplicate offline events, so an offline event becomes a dead letter after several answers that may
 * have counted it.
 */
final class SuspectPolicy {
    /** The limit of requests with an offline event after the first answer that may have counted it. */
    static final int MAX_SENDS_AFTER_MAYBE_COUNTED = 3;

    private static final int BLAMES_TO_REJECT = 3;

    /** An event becomes a suspect after this many requests that were throttled. */
    private static final int THROTTLED_TO_SUSPECT = 3;

    private static final Duration BETWEEN_BLAMES = Duration.ofMinutes(5);

    /** The first delays are short: most failures last for seconds, and the event may be the only one that waits. */
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
     * The shortest delay while other events are taken. Then the failure belongs to this event, and quick retries would
     * only cost requests.
     */
    private static final Duration MIN_DELAY_WHILE_OTHERS_ARE_TAKEN = Duration.ofMinutes(1);

    private static final Duration TAKEN_MEANWHILE = Duration.ofSeconds(10);
    private static final Duration DELAY_AFTER_A_WEEK = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    /** The longest delay of a web event that is less than an hour old. After that hour it counts as offline. */
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
     * @param left receives the events that may be sent again
     * @return the dead letters: offline events that may have been counted too often
     */
    static List<Settlement> countAttempt(List<Batch.Claimed> events, Failure failure, List<Batch.Claimed> left) {
        List<Settlement> deadLetters = new ArrayList<>();
        for (Batch.Claimed each : events) {
            Batch.Claimed claimed = withAttempt(each, failure);
            deadLetterIfCountedTooOften(claimed, failure).ifPresentOrElse(deadLetters::add, () -> left.add(claimed));
        }
        return deadLetters;
    }

    /** Decides about events in flight when the client is closed. They may have arrived. */
    static List<Settlement> closedInFlight(List<Batch.Claimed> events, Instant now) {
        Failure failure = Failure.of(Reply.Pause.noAnswer("The client was closed before Pinterest answered."));
        List<Batch.Claimed> left = new ArrayList<>(events.size());
        List<Settlement> settlements = countAttempt(events, failure, left);
        left.forEach(claimed -> settlements.add(failedWithOthers(claimed, failure, now)));
        return settlements;
    }

    /** Returns a dead letter if Pinterest may count the event twice when it is sent again; otherwise empty. */
    static Optional<Settlement> deadLetterIfCountedTooOften(Batch.Claimed claimed, Failure failure) {
        return claimed.event().offline() && claimed.history().maybeCounted() > MAX_SENDS_AFTER_MAYBE_COUNTED
                ? Optional.of(Settlement.of(
                        claimed,
                        new Outcome.Rejected("Pinterest may have counted this offline event after each of "
                                + claimed.history().maybeCounted()
                                + " requests, and cannot deduplicate it: look for it in Ads Manager, and redrive it if it"
                                + " is not there. Last answer: " + failure.reason())))
                : Optional.empty();
    }

    /** Decides about an event that was not alone in the request: it stays an ordinary event, or the suspect it was. */
    static Settlement failedWithOthers(Batch.Claimed claimed, Failure failure, Instant now) {
        DeliveryHistory history = claimed.history();
        Duration delay = history.isSuspect() ? retryDelay(claimed.event(), history, now) : Duration.ZERO;
        return Settlement.postponed(claimed, failure.reason(), delay, history);
    }

    /** Decides about an event that was alone in the request. */
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
        boolean isNamed = failure.kind() == Failure.Kind.NAMED; // the next retry decides
        if (!isNamed
                && delay.compareTo(MIN_DELAY_WHILE_OTHERS_ARE_TAKEN) < 0
                && log.isAnyTakenSince(now.minus(TAKEN_MEANWHILE))) {
            delay = MIN_DELAY_WHILE_OTHERS_ARE_TAKEN;
        }
        return Settlement.postponed(claimed, failure.reason(), delay, history);
    }

    /**
     * Returns how long a suspect waits until it is tried again: 2, 5, 15 seconds, then 1, 2, 5, 10, 20 minutes, then an
     * hour, and a day after a week.
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
