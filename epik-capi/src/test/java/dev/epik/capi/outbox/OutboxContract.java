// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract of every outbox. The test of a store is a small subclass. */
abstract class OutboxContract extends ClaimContract {
    // --- storing

    @Test
    void claimReturnsTheStoredEventUnchanged() {
        StoredEvent event = online("1");
        assertEquals(Outbox.Added.STORED, add(event));
        StoredEvent back = claim(9).events().get(0);
        assertEquals(event.json(), back.json());
        assertEquals(event.key(), back.key());
        assertEquals(event.happenedAt().toEpochMilli(), back.happenedAt().toEpochMilli());
        assertFalse(back.offline());
    }

    @Test
    void accountNameAndIdTogetherAreUnique() {
        assertEquals(Outbox.Added.STORED, add(event("1", "checkout", "a")));
        assertEquals(Outbox.Added.ALREADY_STORED, add(event("1", "checkout", "a")));
        assertEquals(Outbox.Added.STORED, add(event("2", "checkout", "a")));
        assertEquals(Outbox.Added.STORED, add(event("1", "lead", "a")));
        assertEquals(Outbox.Added.STORED, add(event("1", "checkout", "b")));
        assertEquals(Outbox.Added.STORED, add(event("1", "checkout", "A")), "case counts");
        assertEquals(Outbox.Added.STORED, add(event("1", "checkout", "a ")), "so does space");
    }

    @Test
    void addAllReturnsResultsInTheOrderOfTheEvents() {
        add(online("2"));
        assertEquals(
                List.of(
                        Outbox.Added.STORED,
                        Outbox.Added.ALREADY_STORED,
                        Outbox.Added.STORED,
                        Outbox.Added.ALREADY_STORED),
                outbox.addAll(List.of(online("1"), online("2"), online("3"), online("3")))
                        .join());
        assertEquals(3, waiting());
        assertEquals(List.of(), outbox.addAll(List.of()).join());
    }

    @Test
    void addingADuplicateReturnsTheStateOfTheExistingEvent() {
        addOnline("dead");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("delivered");
        settle(claim(1), ACCEPTED);
        addSuspect("suspect", "500", Duration.ofHours(1));
        addOnline("leased");
        claim(1);
        addOnline("waiting");
        List<StoredEvent> events = Stream.of("dead", "new", "waiting", "delivered", "suspect", "new", "leased")
                .map(this::online)
                .toList();
        assertEquals(
                List.of(
                        Outbox.Added.ALREADY_DEAD,
                        Outbox.Added.STORED,
                        Outbox.Added.ALREADY_STORED,
                        Outbox.Added.ALREADY_DELIVERED,
                        Outbox.Added.ALREADY_STORED,
                        Outbox.Added.ALREADY_STORED,
                        Outbox.Added.ALREADY_STORED),
                outbox.addAll(events).join());
        assertEquals(Outbox.Added.ALREADY_DEAD, add(online("dead")));
        outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.INCLUDE_EXPIRED);
        assertEquals(Outbox.Added.ALREADY_STORED, add(online("dead")));
        assertEquals(5, waiting());
    }

    /** More events than one statement looks up. */
    @Test
    void addingManyDuplicatesReturnsTheStateOfEach() {
        List<StoredEvent> events =
                IntStream.range(0, 1201).mapToObj(i -> online("" + i)).toList();
        outbox.addAll(events).join();
        settle(claim(601), new Outcome.Rejected("no"));
        List<Outbox.Added> again = outbox.addAll(events).join();
        assertEquals(601, Collections.frequency(again, Outbox.Added.ALREADY_DEAD));
        assertEquals(600, Collections.frequency(again, Outbox.Added.ALREADY_STORED));
    }

    @Test
    void concurrentAddsStoreEachEventOnce() {
        long stored = IntStream.range(0, 800)
                .parallel()
                .filter(i -> add(online("" + i % 200)) == Outbox.Added.STORED)
                .count();
        assertEquals(200, stored);
        assertEquals(200, waiting());
    }

    // --- settling

    @Test
    void aDeliveredEventIsRememberedAndNotStoredAgain() {
        add(online("1"));
        assertEquals(1, settle(claim(1), ACCEPTED));
        assertEquals(Outbox.Added.ALREADY_DELIVERED, add(online("1")));
        assertEquals(0, waiting());
        tick(LEASE.multipliedBy(2));
        assertEquals(List.of(), claimIds(9));
    }

    @Test
    void aRejectedEventBecomesADeadLetterWithItsReason() {
        StoredEvent event = online("1");
        add(event);
        settle(claim(1), new Outcome.Rejected("because 東"));
        DeadLetter letter = outbox.deadLetters(ACCOUNT, 9).get(0);
        assertEquals("because 東", letter.reason());
        assertEquals(event.key(), letter.event().key());
        assertEquals(event.json(), letter.event().json());
        assertEquals(now().toEpochMilli() / 60_000.0, letter.since().toEpochMilli() / 60_000.0, 1.0);
        assertEquals(new Backlog(0, 0, 1, Optional.empty()), outbox.backlog(ACCOUNT));
        assertEquals(Outbox.Added.ALREADY_DEAD, add(event));
        assertEquals(List.of(), outbox.deadLetters("7", 9));
        assertEquals(List.of(), claimIds(9));
    }

    @Test
    void aPostponedEventCannotBeClaimedBeforeItsTime() {
        add(online("1"));
        settle(claim(1), new Outcome.Postponed("down"));
        tick(Duration.ofSeconds(58));
        assertEquals(List.of(), claimIds(9));
        tick(Duration.ofSeconds(3));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void eachEventOfABatchHasItsOwnOutcome() {
        List<String> ids = List.of("a", "b", "c", "d");
        ids.forEach(id -> add(online(id)));
        Batch batch = claim(9);
        List<Settlement> settlements = new ArrayList<>();
        for (Batch.Claimed claimed : batch.claimed()) {
            Outcome outcome = switch (claimed.event().id()) {
                case "a" -> ACCEPTED;
                case "b" -> new Outcome.Rejected("b");
                case "c" -> new Outcome.Rejected("c");
                default -> new Outcome.Postponed("d");
            };
            settlements.add(Settlement.of(claimed, outcome));
        }
        assertEquals(new SettleResult(4, List.of()), outbox.settle(batch, settlements));
        assertEquals(List.of("d"), claimIds(9));
        Set<String> reasons = new TreeSet<>();
        outbox.deadLetters(ACCOUNT, 9)
                .forEach(letter -> reasons.add(letter.event().id() + letter.reason()));
        assertEquals(Set.of("bb", "cc"), reasons);
    }

    // --- peeking and pausing

    @Test
    void peekReturnsTheReadyEventsAndTheTimeOfTheNextOne() {
        assertEquals(
                new Peek(0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                outbox.peek(ACCOUNT, 9));
        add(online("1"));
        tick(Duration.ofSeconds(10));
        add(offline("2"));
        tick(Duration.ofSeconds(20));
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(2, peek.ready(), "of both kinds");
        assertNear(30, peek.firstStoredFor().orElseThrow());
        assertEquals(1, outbox.peek(ACCOUNT, 1).ready(), "no more than was asked for");
        settle(claim(1), new Outcome.Postponed("down"));
        claim(ClaimKind.OFFLINE, 1);
        Peek later = outbox.peek(ACCOUNT, 9);
        assertEquals(0, later.ready());
        assertNear(60, later.nextReadyIn().orElseThrow());
    }

    @Test
    void peekIgnoresSuspectsAndReturnsWhenTheFirstIsDue() {
        addSuspect("1", "500", Duration.ofMinutes(10));
        addSuspect("2", "500", Duration.ofMinutes(5));
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(0, peek.ready());
        assertEquals(Optional.empty(), peek.firstStoredFor());
        assertEquals(Optional.empty(), peek.nextReadyIn());
        assertNear(300, peek.nextSuspectIn().orElseThrow());
        tick(Duration.ofMinutes(6));
        assertEquals(Duration.ZERO, outbox.peek(ACCOUNT, 9).nextSuspectIn().orElseThrow());
        claim(ClaimKind.SUSPECT, 1);
        assertNear(LEASE.toSeconds(), outbox.peek(ACCOUNT, 9).nextSuspectIn().orElseThrow());
    }

    @Test
    void pauseAffectsOneAccountAndEnds() {
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "429");
        Peek.Pause pause = outbox.peek(ACCOUNT, 9).pause().orElseThrow();
        assertEquals("429", pause.reason());
        assertNear(300, pause.left());
        assertEquals(Optional.empty(), outbox.peek("7", 9).pause());
        tick(Duration.ofMinutes(6));
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
        outbox.pause(ACCOUNT, Duration.ofMinutes(1), "again");
        assertEquals("again", outbox.peek(ACCOUNT, 9).pause().orElseThrow().reason());
        outbox.resume(ACCOUNT);
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
    }

    @Test
    void longerPauseWinsWithItsReason() {
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "429");
        outbox.pause(ACCOUNT, Duration.ofMinutes(10), "503");
        outbox.pause(ACCOUNT, Duration.ofSeconds(1), "shorter");
        Peek.Pause pause = outbox.peek(ACCOUNT, 9).pause().orElseThrow();
        assertEquals("503", pause.reason());
        assertNear(600, pause.left());
    }

    @Test
    void reasonsAreCutAndLoseNulCharacters() {
        String reason = "a\0" + "x".repeat(1998) + "😀";
        String stored = "a" + "x".repeat(1998);
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), reason);
        assertEquals(stored, outbox.peek(ACCOUNT, 9).pause().orElseThrow().reason());
        add(online("1"));
        settle(claim(1), new Outcome.Rejected(reason));
        assertEquals(stored, outbox.deadLetters(ACCOUNT, 1).get(0).reason());
    }

    @Test
    void pauseEndsWithinAnHour() {
        outbox.pause(ACCOUNT, Duration.ofSeconds(Long.MAX_VALUE), "for ever");
        assertNear(3600, outbox.peek(ACCOUNT, 9).pause().orElseThrow().left());
    }

    // --- suspects

    @Test
    void releaseSuspectsMakesSuspectsWithTheReasonDue() {
        addSuspect("1", "500", Duration.ofHours(1));
        addSuspect("2", "500", Duration.ofHours(2));
        addSuspect("3", "403", Duration.ofHours(1));
        addSuspect("4", "500", Duration.ZERO);
        assertEquals(List.of("4"), claimIds(ClaimKind.SUSPECT), "leased: it is not released");
        assertEquals(2, outbox.releaseSuspects(ACCOUNT, "500"));
        assertEquals(0, outbox.releaseSuspects("7", "500"));
        assertEquals(Set.of("1", "2"), Set.copyOf(claimIds(ClaimKind.SUSPECT)));
        assertEquals(0, outbox.releaseSuspects(ACCOUNT, "500"), "all are leased");
    }

    @Test
    void backlogCountsSuspectsAsWaiting() {
        addSuspect("1", "500", Duration.ofHours(1));
        tick(Duration.ofMinutes(90));
        add(online("2"));
        Backlog backlog = outbox.backlog(ACCOUNT);
        assertEquals(2, backlog.waiting());
        assertEquals(1, backlog.suspects());
        assertNear(90 * 60, backlog.oldest().orElseThrow());
    }

    @Test
    void backlogCountsWaitingEventsAndTheAgeOfTheOldest() {
        add(online("1"));
        tick(Duration.ofMinutes(90));
        add(online("2"));
        claim(1);
        Backlog backlog = outbox.backlog(ACCOUNT);
        assertEquals(2, backlog.waiting());
        assertNear(90 * 60, backlog.oldest().orElseThrow());
    }

    // --- dead letters, cancelling, retention

    @Test
    void aRedrivenDeadLetterWaitsAgainAndIsMarked() {
        add(online("1"));
        add(online("2"));
        settle(claim(9), new Outcome.Rejected("no"));
        assertEquals(
                new RedriveResult(1, 0),
                outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("2"), DeadLetter.Scope.RECENT));
        Batch batch = claim(9);
        assertEquals("2", batch.events().get(0).id());
        assertTrue(batch.claimed().get(0).redriven());
        assertEquals(1, outbox.deadLetters(ACCOUNT, 9).size());
        assertEquals(
                new RedriveResult(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertEquals(
                new RedriveResult(0, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
    }

    @Test
    void aRedrivenSuspectHasNoHistory() {
        addSuspect("1", "500", Duration.ZERO);
        settle(claim(ClaimKind.SUSPECT, 1), new Outcome.Rejected("no"));
        assertEquals(
                new RedriveResult(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        Batch.Claimed claimed = claim(1).claimed().get(0);
        assertEquals(DeliveryHistory.NONE, claimed.history());
        assertTrue(claimed.redriven());
    }

    @Test
    void redriveSkipsEventsThatPinterestWouldCountTwiceUnlessForced() {
        add(online("1"));
        settle(claim(9), new Outcome.Rejected("no"));
        tick(Duration.ofHours(49));
        assertEquals(
                new RedriveResult(0, 1), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertEquals(
                new RedriveResult(1, 0),
                outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.INCLUDE_EXPIRED));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void theNewestDeadLettersAreListedFirst() {
        for (String id : List.of("1", "2", "3")) {
            add(online(id));
            settle(claim(9), new Outcome.Rejected("no"));
            tick(Duration.ofSeconds(1));
        }
        assertEquals(
                List.of("3", "2"),
                outbox.deadLetters(ACCOUNT, 2).stream()
                        .map(letter -> letter.event().id())
                        .toList());
    }

    @Test
    void waitingEventsAndDeadLettersCanBeCancelledAndStoredAgain() {
        StoredEvent event = online("1");
        assertEquals(CancelResult.UNKNOWN, outbox.cancel(event.key()));
        add(event);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event.key()));
        assertEquals(0, waiting());
        assertEquals(Outbox.Added.STORED, add(event));
        settle(claim(1), new Outcome.Rejected("no"));
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event.key()));
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT, 9));
    }

    @Test
    void leasedAndDeliveredEventsCannotBeCancelled() {
        StoredEvent event = online("1");
        add(event);
        Batch batch = claim(1);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(event.key()));
        settle(batch, ACCEPTED);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(event.key()));
    }

    @Test
    void anEventCanBeCancelledAMinuteAfterItsLeaseEnded() {
        add(online("1"));
        Batch batch = claim(1);
        tick(LEASE.plusSeconds(1));
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(online("1").key()), "the lease has just ended");
        tick(Outbox.CANCEL_GRACE);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("1").key()));
        assertEquals(0, settle(batch, ACCEPTED));
    }

    @Test
    void aSettledOrSuspectEventCanBeCancelledAtOnce() {
        add(online("1"));
        settle(claim(1), new Outcome.Postponed("down"));
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("1").key()));
        addSuspect("2", "500", Duration.ZERO);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("2").key()));
        addSuspect("3", "500", Duration.ZERO);
        claim(ClaimKind.SUSPECT, 1);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(online("3").key()));
        assertEquals(1, waiting());
    }

    @Test
    void forgetRemovesOldDeliveredIdsAndDeadLettersOfAllAccounts() {
        for (String account : List.of("1", "2")) {
            add(event(account, "checkout", "delivered"));
            settle(claimOf(account), ACCEPTED);
            add(event(account, "checkout", "dead"));
            settle(claimOf(account), new Outcome.Rejected("no"));
            add(event(account, "checkout", "waiting"));
            add(event("3", "checkout", "delivered " + account));
            settle(claimOf("3"), ACCEPTED);
        }
        tick(Duration.ofDays(10));
        assertEquals(Map.of(), outbox.forget(Duration.ofDays(11), Duration.ofDays(11)));
        assertEquals(Outbox.Added.ALREADY_DELIVERED, add(event("1", "checkout", "delivered")));
        assertEquals(Map.of("1", 1, "2", 1), outbox.forget(Duration.ofDays(9), Duration.ofDays(9)));
        assertEquals(List.of(), outbox.deadLetters("2", 9));
        assertEquals(Outbox.Added.STORED, add(event("3", "checkout", "delivered 1")));
        for (String account : List.of("1", "2")) {
            assertEquals(Outbox.Added.STORED, add(event(account, "checkout", "delivered")));
            assertEquals(Outbox.Added.STORED, add(event(account, "checkout", "dead")));
            assertEquals(3, outbox.backlog(account).waiting(), "waiting events are never forgotten");
        }
    }

    private Batch claimOf(String account) {
        return outbox.claim(account, ClaimKind.ONLINE, 1, MANY_BYTES, LEASE).orElseThrow();
    }

    @Test
    void deadLettersOlderThanCountsByAccount() {
        for (String account : List.of("1", "2", "2", "1")) {
            add(event(account, "checkout", "at " + now()));
            settle(claimOf(account), new Outcome.Rejected("no"));
            tick(Duration.ofDays(1));
        }
        assertEquals(Map.of(), outbox.deadLettersOlderThan(Duration.ofDays(5)));
        assertEquals(
                Map.of("1", 1), outbox.deadLettersOlderThan(Duration.ofDays(4).minusHours(1)));
        assertEquals(
                Map.of("1", 1, "2", 2),
                outbox.deadLettersOlderThan(Duration.ofDays(2).minusHours(1)));
        assertEquals(Map.of("1", 2, "2", 2), outbox.deadLettersOlderThan(Duration.ZERO));
    }

    @Test
    void toStringHidesTheJson() {
        assertFalse(online("1").toString().contains("{"));
    }
}
