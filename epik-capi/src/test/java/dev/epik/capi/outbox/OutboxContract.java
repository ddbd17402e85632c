// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.pinterest.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every outbox promises; a store is one small subclass. */
abstract class OutboxContract {
    private static final String ACCOUNT = "549755885175";
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static final long MANY_BYTES = 1 << 20;

    private Outbox outbox = MemoryOutbox.ofCapacity(1);

    /** An empty one. */
    abstract Outbox open() throws Exception;

    /** What the store takes for now. */
    abstract Instant now();

    /** Makes the store's time go by. */
    abstract void tick(Duration time);

    @BeforeEach
    void openOutbox() throws Exception {
        outbox = open();
    }

    @AfterEach
    void closeOutbox() {
        outbox.close();
    }

    private StoredEvent event(String id) {
        return event(ACCOUNT, "checkout", id);
    }

    private StoredEvent event(String account, String name, String id) {
        return new StoredEvent(account, name, id, "{\"event_id\":\"" + id + " 東😀\"}", now(), false);
    }

    private Outbox.Added add(StoredEvent event) {
        return outbox.add(event).join();
    }

    private Batch claim(int most) {
        return outbox.claim(ACCOUNT, most, MANY_BYTES, LEASE).orElse(new Batch("none", List.of()));
    }

    private List<String> claimIds(int most) {
        return claim(most).events().stream().map(StoredEvent::id).toList();
    }

    private int settle(Batch batch, Outcome outcome) {
        return outbox.settle(
                batch,
                batch.events().stream()
                        .map(event -> new Settlement(event, outcome, Duration.ofMinutes(1), false))
                        .toList());
    }

    private int waiting() {
        return outbox.backlog(ACCOUNT).waiting();
    }

    /** A store whose time is a database's has a second or two more. */
    private static void assertNear(long seconds, Duration time) {
        assertTrue(Math.abs(time.toSeconds() - seconds) <= 5, () -> time + " is not about " + seconds + " s");
    }

    // --- storing

    @Test
    void givesBackExactlyWhatWasStored() {
        StoredEvent event = event("1");
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
    void manyAtOnceAreAnsweredInTheirOrder() {
        add(event("2"));
        assertEquals(
                List.of(
                        Outbox.Added.STORED,
                        Outbox.Added.ALREADY_STORED,
                        Outbox.Added.STORED,
                        Outbox.Added.ALREADY_STORED),
                outbox.addAll(List.of(event("1"), event("2"), event("3"), event("3")))
                        .join());
        assertEquals(3, waiting());
        assertEquals(List.of(), outbox.addAll(List.of()).join());
    }

    @Test
    void manyThreadsStoreEachEventOnce() {
        long stored = IntStream.range(0, 800)
                .parallel()
                .filter(i -> add(event("" + i % 200)) == Outbox.Added.STORED)
                .count();
        assertEquals(200, stored);
        assertEquals(200, waiting());
    }

    // --- claiming

    @Test
    void whatHappenedFirstIsClaimedFirstAndAtMostSoMany() {
        for (String id : List.of("1", "2", "3")) {
            add(event(id));
            tick(Duration.ofMillis(10));
        }
        assertEquals(List.of("1", "2"), claimIds(2));
        assertEquals(List.of("3"), claimIds(2));
        assertEquals(Optional.empty(), outbox.claim(ACCOUNT, 9, MANY_BYTES, LEASE));
    }

    @Test
    void aBatchHasAtMostSoManyBytesButNeverNone() {
        for (int i = 0; i < 5; i++) {
            add(event("" + i));
        }
        int one = event("0").bytes();
        assertEquals(
                3,
                outbox.claim(ACCOUNT, 9, 3L * one, LEASE).orElseThrow().events().size());
        assertEquals(
                1, outbox.claim(ACCOUNT, 9, 1, LEASE).orElseThrow().events().size());
        assertEquals(1, claimIds(9).size(), "what did not fit is claimed next");
    }

    @Test
    void anotherAdAccountsEventsAreNotClaimed() {
        add(event("7", "checkout", "1"));
        assertEquals(List.of(), claimIds(9));
        assertEquals(new Backlog(0, 0, Optional.empty()), outbox.backlog(ACCOUNT));
        assertEquals(
                1,
                outbox.claim("7", 9, MANY_BYTES, LEASE).orElseThrow().events().size());
    }

    @Test
    void whatStillCountsAsWebGoesBeforeWhatDoesNot() {
        add(event("old"));
        tick(Duration.ofHours(2));
        add(new StoredEvent(ACCOUNT, "checkout", "offline", "{}", now(), true));
        tick(Duration.ofMillis(10));
        add(event("young"));
        tick(Duration.ofMillis(10));
        add(event("younger"));
        assertEquals(List.of("young", "younger", "old", "offline"), claimIds(9));
    }

    @Test
    void manyClaimersNeverHaveTheSameEvent() {
        IntStream.range(0, 300).forEach(i -> add(event("" + i)));
        ConcurrentLinkedQueue<String> claimed = new ConcurrentLinkedQueue<>();
        IntStream.range(0, 60).parallel().forEach(i -> claimed.addAll(claimIds(7)));
        assertEquals(claimed.size(), Set.copyOf(claimed).size(), "claimed twice");
        claimed.addAll(claimIds(1000)); // skipped while others held them
        assertEquals(300, claimed.size());
    }

    // --- leases

    @Test
    void aClaimedEventIsNobodyElsesUntilItsLeaseEnds() {
        add(event("1"));
        assertEquals(List.of("1"), claimIds(9));
        tick(LEASE.minusSeconds(1));
        assertEquals(List.of(), claimIds(9));
        tick(Duration.ofSeconds(2));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void whoseLeaseHasEndedSettlesNothingThatIsSomebodyElses() {
        add(event("1"));
        Batch slow = claim(9);
        tick(LEASE.plusSeconds(1));
        Batch next = claim(9);
        assertEquals(0, settle(slow, new Outcome.Accepted("")));
        assertEquals(1, waiting());
        assertEquals(1, settle(next, new Outcome.Accepted("")));
        assertEquals(0, settle(next, new Outcome.Rejected("twice")), "settled is settled");
        assertEquals(new Backlog(0, 0, Optional.empty()), outbox.backlog(ACCOUNT));
    }

    @Test
    void whatABatchLeftUnsettledIsReadyAgainWhenItsLeaseEnds() {
        add(event("1"));
        add(event("2"));
        Batch half = claim(9);
        StoredEvent first = half.events().get(0);
        assertEquals(1, outbox.settle(half, List.of(Settlement.of(first, new Outcome.Accepted("")))));
        assertEquals(0, outbox.peek(ACCOUNT, 9).ready());
        tick(LEASE.plusSeconds(1));
        assertEquals(1, outbox.peek(ACCOUNT, 9).ready());
        assertEquals(1, settle(half, new Outcome.Accepted("late, and nobody else's")));
        assertEquals(List.of(), claimIds(9));
        assertEquals(0, waiting());
    }

    // --- settling

    @Test
    void aDeliveredEventIsRememberedAndNotStoredAgain() {
        add(event("1"));
        assertEquals(1, settle(claim(1), new Outcome.Accepted("")));
        assertEquals(Outbox.Added.ALREADY_STORED, add(event("1")));
        assertEquals(0, waiting());
        tick(LEASE.multipliedBy(2));
        assertEquals(List.of(), claimIds(9));
    }

    @Test
    void aRejectedEventBecomesADeadLetterWithItsReason() {
        StoredEvent event = event("1");
        add(event);
        settle(claim(1), new Outcome.Rejected("because 東"));
        DeadLetter letter = outbox.deadLetters(ACCOUNT, 9).get(0);
        assertEquals("because 東", letter.reason());
        assertEquals(event.key(), letter.event().key());
        assertEquals(event.json(), letter.event().json());
        assertEquals(now().toEpochMilli() / 60_000.0, letter.since().toEpochMilli() / 60_000.0, 1.0);
        assertEquals(new Backlog(0, 1, Optional.empty()), outbox.backlog(ACCOUNT));
        assertEquals(Outbox.Added.ALREADY_STORED, add(event));
        assertEquals(List.of(), outbox.deadLetters("7", 9));
        assertEquals(List.of(), claimIds(9));
    }

    @Test
    void aPostponedEventWaitsForItsTime() {
        add(event("1"));
        settle(claim(1), new Outcome.Postponed("down"));
        tick(Duration.ofSeconds(58));
        assertEquals(List.of(), claimIds(9));
        tick(Duration.ofSeconds(3));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void whatIsPutBehindGoesBehindWhatCouldGoBefore() {
        add(event("suspect"));
        Batch batch = claim(1);
        outbox.settle(
                batch,
                List.of(new Settlement(
                        batch.events().get(0), new Outcome.Postponed("blamed"), Duration.ofSeconds(1), true)));
        tick(Duration.ofSeconds(10));
        add(event("fresh"));
        assertEquals(List.of("fresh", "suspect"), claimIds(9));
    }

    @Test
    void eachEventOfABatchHasItsOwnOutcome() {
        List<String> ids = List.of("a", "b", "c", "d");
        ids.forEach(id -> add(event(id)));
        Batch batch = claim(9);
        List<Settlement> settlements = new ArrayList<>();
        for (StoredEvent event : batch.events()) {
            Outcome outcome = switch (event.id()) {
                case "a" -> new Outcome.Accepted("");
                case "b" -> new Outcome.Rejected("b");
                case "c" -> new Outcome.Rejected("c");
                default -> new Outcome.Postponed("d");
            };
            settlements.add(Settlement.of(event, outcome));
        }
        assertEquals(4, outbox.settle(batch, settlements));
        assertEquals(List.of("d"), claimIds(9));
        Set<String> reasons = new TreeSet<>();
        outbox.deadLetters(ACCOUNT, 9)
                .forEach(letter -> reasons.add(letter.event().id() + letter.reason()));
        assertEquals(Set.of("bb", "cc"), reasons);
    }

    // --- peeking and pausing

    @Test
    void aPeekSaysWhatIsReadyAndWhenTheRestIs() {
        assertEquals(new Peek(0, Optional.empty(), Optional.empty(), Optional.empty()), outbox.peek(ACCOUNT, 9));
        add(event("1"));
        add(event("2"));
        tick(Duration.ofSeconds(20));
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(2, peek.ready());
        assertNear(20, peek.firstStoredFor().orElseThrow());
        assertEquals(1, outbox.peek(ACCOUNT, 1).ready(), "no more than was asked for");
        settle(claim(1), new Outcome.Postponed("down"));
        claim(1);
        Peek later = outbox.peek(ACCOUNT, 9);
        assertEquals(0, later.ready());
        assertNear(60, later.nextReadyIn().orElseThrow());
    }

    @Test
    void aPauseIsForAllAndEnds() {
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "429");
        Peek.Pause pause = outbox.peek(ACCOUNT, 9).pause().orElseThrow();
        assertEquals("429", pause.reason());
        assertNear(300, pause.left());
        assertEquals(Optional.empty(), outbox.peek("7", 9).pause());
        outbox.pause(ACCOUNT, Duration.ofMinutes(10), "503");
        assertEquals("503", outbox.peek(ACCOUNT, 9).pause().orElseThrow().reason());
        tick(Duration.ofMinutes(11));
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "again");
        outbox.resume(ACCOUNT);
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
    }

    @Test
    void theBacklogSaysHowLongTheOldestHasLain() {
        add(event("1"));
        tick(Duration.ofMinutes(90));
        add(event("2"));
        claim(1);
        Backlog backlog = outbox.backlog(ACCOUNT);
        assertEquals(2, backlog.waiting());
        assertNear(90 * 60, backlog.oldest().orElseThrow());
    }

    // --- dead letters, taking back, forgetting

    @Test
    void aRedrivenLetterWaitsAgainAndSaysSo() {
        add(event("1"));
        add(event("2"));
        settle(claim(9), new Outcome.Rejected("no"));
        assertEquals(new Outbox.Redriven(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("2"), false));
        Batch batch = claim(9);
        assertEquals("2", batch.events().get(0).id());
        assertTrue(batch.claimed().get(0).redriven());
        assertEquals(1, outbox.deadLetters(ACCOUNT, 9).size());
        assertEquals(new Outbox.Redriven(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), false));
        assertEquals(new Outbox.Redriven(0, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), false));
    }

    @Test
    void whatPinterestWouldCountTwiceIsRedrivenByForceAlone() {
        add(event("1"));
        settle(claim(9), new Outcome.Rejected("no"));
        tick(Duration.ofHours(49));
        assertEquals(new Outbox.Redriven(0, 1), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), false));
        assertEquals(new Outbox.Redriven(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), true));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void theNewestDeadLettersAreListedFirst() {
        for (String id : List.of("1", "2", "3")) {
            add(event(id));
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
    void whatWaitsOrLiesDeadCanBeTakenBackAndStoredAgain() {
        StoredEvent event = event("1");
        assertEquals(Outbox.Cancelled.UNKNOWN, outbox.cancel(event.key()));
        add(event);
        assertEquals(Outbox.Cancelled.CANCELLED, outbox.cancel(event.key()));
        assertEquals(0, waiting());
        assertEquals(Outbox.Added.STORED, add(event));
        settle(claim(1), new Outcome.Rejected("no"));
        assertEquals(Outbox.Cancelled.CANCELLED, outbox.cancel(event.key()));
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT, 9));
    }

    @Test
    void whatIsBeingSentOrWasIsTooLateToTakeBack() {
        StoredEvent event = event("1");
        add(event);
        Batch batch = claim(1);
        assertEquals(Outbox.Cancelled.TOO_LATE, outbox.cancel(event.key()));
        settle(batch, new Outcome.Accepted(""));
        assertEquals(Outbox.Cancelled.TOO_LATE, outbox.cancel(event.key()));
    }

    @Test
    void deliveredIdsAndDeadLettersAreForgottenInTheirTime() {
        add(event("delivered"));
        settle(claim(1), new Outcome.Accepted(""));
        add(event("dead"));
        settle(claim(1), new Outcome.Rejected("no"));
        add(event("waiting"));
        tick(Duration.ofDays(10));
        assertEquals(0, outbox.forget(ACCOUNT, Duration.ofDays(11), Duration.ofDays(11)));
        assertEquals(Outbox.Added.ALREADY_STORED, add(event("delivered")));
        assertEquals(1, outbox.forget(ACCOUNT, Duration.ofDays(9), Duration.ofDays(9)));
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT, 9));
        assertEquals(Outbox.Added.STORED, add(event("delivered")));
        assertEquals(Outbox.Added.STORED, add(event("dead")));
        assertEquals(3, waiting(), "what waits is never forgotten");
    }

    @Test
    void noEventShowsItsJson() {
        assertFalse(event("1").toString().contains("{"));
    }
}
