// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

class SuspectPolicyTest {
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
    private static final Failure BLAME = Failure.of(new Reply.Undecided("Pinterest answered 400.", false));
    private static final Failure ERROR = Failure.of(Reply.Pause.serverError(500, "Pinterest answered 500."));
    private static final Failure NAMED =
            Failure.of(List.of(new Outcome.Rejected("no such thing"))).orElseThrow();

    private final RequestLog log = new RequestLog(START.minus(Duration.ofDays(2)));
    private final Batch root = new Batch("lease", List.of());

    private static Batch.Claimed claimed(boolean offline, Instant happenedAt, DeliveryHistory history) {
        StoredEvent event = new StoredEvent("1", "checkout", "id", "{}", happenedAt, offline);
        return new Batch.Claimed(event, false, history, "");
    }

    private static Batch.Claimed after(Settlement settlement) {
        return new Batch.Claimed(settlement.event(), false, settlement.history(), "");
    }

    private void othersAreTaken(Instant until) {
        for (int i = 0; i < 20; i++) {
            log.taken(until.minusSeconds(30L * i));
        }
    }

    /** Retries after each delay, until the event is no longer postponed. */
    private List<Duration> delays(Batch.Claimed first, Failure failure, int max) {
        List<Duration> delays = new ArrayList<>();
        Batch.Claimed claimed = first;
        Instant now = START;
        for (int i = 0; i < max; i++) {
            Settlement next = SuspectPolicy.failedAlone(claimed, failure, root, log, now);
            if (!(next.outcome() instanceof Outcome.Postponed)) {
                return delays;
            }
            delays.add(next.retryDelay());
            now = now.plus(next.retryDelay());
            claimed = after(next);
        }
        return delays;
    }

    @Test
    void retriesALoneFailureLessAndLessOften() {
        Instant old = START.minus(Duration.ofHours(5));
        List<Duration> delays = delays(claimed(false, old, DeliveryHistory.NONE), ERROR, 200);
        assertEquals(
                List.of(2L, 5L, 15L, 60L, 120L, 300L, 600L, 1200L, 3600L, 3600L),
                delays.subList(0, 10).stream().map(Duration::toSeconds).toList());
        assertEquals(Duration.ofDays(1), delays.get(199), "after a week");
    }

    @Test
    void retriesAWebEventAtLeastEveryFiveMinutes() {
        List<Duration> delays = delays(claimed(false, START, DeliveryHistory.NONE), ERROR, 12);
        assertEquals(
                List.of(2L, 5L, 15L, 60L, 120L, 300L, 300L, 300L, 300L),
                delays.subList(0, 9).stream().map(Duration::toSeconds).toList());
    }

    @Test
    void retriesSlowlyIfAnotherEventWasTakenSecondsAgo() {
        log.taken(START.minusSeconds(10));
        Batch.Claimed first = claimed(false, START, DeliveryHistory.NONE);
        Settlement next = SuspectPolicy.failedAlone(first, ERROR, root, log, START);
        assertEquals(Duration.ofMinutes(1), next.retryDelay());
        Instant later = START.plusSeconds(1);
        assertEquals(
                Duration.ofSeconds(2),
                SuspectPolicy.failedAlone(first, ERROR, root, log, later).retryDelay());
    }

    @Test
    void keepsEventsThatPinterestDidNotBlame() {
        othersAreTaken(START);
        assertEquals(
                300,
                delays(claimed(false, START, DeliveryHistory.NONE), ERROR, 300).size());
    }

    @Test
    void rejectsAfterThreeBlamesFiveMinutesApartWhileOthersAreTaken() {
        Batch.Claimed claimed = claimed(false, START, DeliveryHistory.NONE);
        Instant now = START;
        int requests = 0;
        Settlement next;
        do {
            othersAreTaken(now);
            next = SuspectPolicy.failedAlone(claimed, BLAME, root, log, now);
            requests++;
            claimed = after(next);
            now = now.plus(next.retryDelay());
        } while (next.outcome() instanceof Outcome.Postponed);
        assertEquals(new Outcome.Rejected("Pinterest answered 400."), next.outcome());
        assertEquals(7, requests);
        assertEquals(Duration.ofMinutes(4 + 2 + 5), Duration.between(START, now));
    }

    @Test
    void countsNoBlameWhileAnotherRequestFailed() {
        othersAreTaken(START.minusSeconds(60));
        log.failed(START.minusSeconds(30), new Batch("another", List.of()));
        Settlement next =
                SuspectPolicy.failedAlone(claimed(false, START, DeliveryHistory.NONE), BLAME, root, log, START);
        assertEquals(0, next.history().blames());
        assertTrue(next.history().isSuspect());
    }

    @Test
    void countsABlameAlthoughItsOwnBatchesFailed() {
        othersAreTaken(START.minusSeconds(60));
        log.failed(START.minusSeconds(30), root);
        Settlement next =
                SuspectPolicy.failedAlone(claimed(false, START, DeliveryHistory.NONE), BLAME, root, log, START);
        assertEquals(1, next.history().blames());
    }

    @Test
    void rejectsInLowTrafficAfterADayWithThreeOthersTakenAndNoneFailed() {
        DeliveryHistory history = DeliveryHistory.NONE.withFailureAlone("400-x", START);
        Batch.Claimed claimed = claimed(false, START, history);
        log.taken(START.plus(Duration.ofHours(2)));
        log.taken(START.plus(Duration.ofHours(3)));
        Instant day = START.plus(Duration.ofHours(24));
        assertInstanceOf(
                Outcome.Postponed.class,
                SuspectPolicy.failedAlone(claimed, BLAME, root, log, day).outcome(),
                "only two others");
        log.taken(START.plus(Duration.ofHours(4)));
        assertInstanceOf(
                Outcome.Postponed.class,
                SuspectPolicy.failedAlone(claimed, BLAME, root, log, day.minusSeconds(1))
                        .outcome(),
                "no day yet");
        assertInstanceOf(
                Outcome.Rejected.class,
                SuspectPolicy.failedAlone(claimed, BLAME, root, log, day).outcome());
        log.failed(START.plus(Duration.ofHours(5)), new Batch("another", List.of()));
        assertInstanceOf(
                Outcome.Postponed.class,
                SuspectPolicy.failedAlone(claimed, BLAME, root, log, day).outcome(),
                "another failed");
    }

    @Test
    void rejectsANamedEventOnlyAfterAnotherWasTaken() {
        Batch.Claimed claimed = claimed(false, START, DeliveryHistory.NONE);
        log.taken(START.minusSeconds(1));
        Settlement first = SuspectPolicy.failedAlone(claimed, NAMED, root, log, START);
        assertInstanceOf(Outcome.Postponed.class, first.outcome());
        Instant later = START.plusSeconds(60);
        assertInstanceOf(
                Outcome.Postponed.class,
                SuspectPolicy.failedAlone(after(first), NAMED, root, log, later).outcome());
        log.taken(START.plusSeconds(30));
        assertEquals(
                new Outcome.Rejected("no such thing"),
                SuspectPolicy.failedAlone(after(first), NAMED, root, log, later).outcome());
    }

    @Test
    void offlineEventThatMayHaveBeenCountedIsSentThreeMoreTimesThenBecomesADeadLetter() {
        Batch.Claimed claimed = claimed(true, START, DeliveryHistory.NONE);
        int requests = 0;
        do {
            requests++;
            claimed = SuspectPolicy.withAttempt(claimed, ERROR);
        } while (SuspectPolicy.deadLetterIfCountedTooOften(claimed, ERROR).isEmpty());
        assertEquals(4, requests);
        Outcome dead = SuspectPolicy.deadLetterIfCountedTooOften(claimed, ERROR)
                .orElseThrow()
                .outcome();
        assertTrue(assertInstanceOf(Outcome.Rejected.class, dead).reason().contains("redrive"), dead::toString);
    }

    @Test
    void offlineEventInFlightAtCloseMayHaveBeenCounted() {
        Batch.Claimed claimed = claimed(true, START, DeliveryHistory.NONE);
        Settlement first = SuspectPolicy.closedInFlight(List.of(claimed), START).get(0);
        assertEquals(1, first.history().maybeCounted());
        assertInstanceOf(Outcome.Postponed.class, first.outcome());
        for (int i = 0; i < 3; i++) {
            claimed = SuspectPolicy.withAttempt(claimed, ERROR);
        }
        Settlement fourth =
                SuspectPolicy.closedInFlight(List.of(claimed), START).get(0);
        assertInstanceOf(Outcome.Rejected.class, fourth.outcome());
    }

    @Test
    void offlineEventThatNeverReachedPinterestIsRetriedWithoutLimit() {
        Failure refused = Failure.of(Reply.Pause.notConnected("Pinterest cannot be reached: ConnectException."));
        Batch.Claimed claimed = claimed(true, START, DeliveryHistory.NONE);
        for (int i = 0; i < 100; i++) {
            claimed = SuspectPolicy.withAttempt(claimed, refused);
        }
        assertEquals(Optional.empty(), SuspectPolicy.deadLetterIfCountedTooOften(claimed, refused));
        assertEquals(100, claimed.history().attempts());
    }
}
