// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.AccountScan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for claims, kinds, leases and histories. */
abstract class ClaimContract extends OutboxTestBase {
    // --- claims

    @Test
    void claimsTheEarliestEventsFirstAndAtMostMaxEvents() {
        for (String id : List.of("1", "2", "3")) {
            add(online(id));
            tick(Duration.ofMillis(10));
        }
        assertEquals(List.of("1", "2"), claimIds(2));
        assertEquals(List.of("3"), claimIds(2));
        assertEquals(Optional.empty(), outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9, MANY_BYTES, LEASE));
    }

    @Test
    void claimsAtMostMaxBytesButAlwaysOneEvent() {
        addOnline("0", "1", "2", "3", "4");
        int one = online("0").bytes();
        assertEquals(3, claimBytes(3L * one));
        assertEquals(1, claimBytes(1));
        assertEquals(1, claimIds(9).size(), "the event that did not fit is claimed next");
    }

    private int claimBytes(long bytes) {
        return outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9, bytes, LEASE)
                .orElseThrow()
                .events()
                .size();
    }

    @Test
    void claimsNoEventOfAnotherAdAccount() {
        add(event("7", "checkout", "1"));
        assertEquals(List.of(), claimIds(9));
        assertEquals(new Backlog(0, 0, 0, Optional.empty()), outbox.backlog(ACCOUNT));
        assertTrue(outbox.claim("7", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE).isPresent());
    }

    @Test
    void concurrentClaimsNeverShareAnEvent() {
        IntStream.range(0, 300).forEach(i -> add(online("" + i)));
        ConcurrentLinkedQueue<String> claimed = new ConcurrentLinkedQueue<>();
        IntStream.range(0, 60).parallel().forEach(i -> claimed.addAll(claimIds(7)));
        assertEquals(claimed.size(), Set.copyOf(claimed).size(), "claimed twice");
        claimed.addAll(claimIds(1000)); // the others skipped them while they were locked
        assertEquals(300, claimed.size());
    }

    // --- kinds

    @Test
    void onlineClaimsTakeEventsThatCountAsWebFirstThenLateOnesByAge() {
        addOnline("late 1");
        tick(Duration.ofMinutes(5));
        addOnline("late 2");
        tick(Duration.ofHours(2));
        addOnline("young");
        tick(Duration.ofMillis(10));
        addOnline("younger");
        assertEquals(List.of("young", "younger", "late 1", "late 2"), claimIds(ClaimKind.ONLINE));
    }

    @Test
    void aLateEventKeepsItsPlaceAfterItWasPostponed() {
        addOnline("first");
        tick(Duration.ofMinutes(1));
        addOnline("second");
        tick(Duration.ofHours(2));
        postpone(claim(1), Duration.ofSeconds(1), DeliveryHistory.NONE.withAttempt(false));
        tick(Duration.ofSeconds(10));
        assertEquals(List.of("first", "second"), claimIds(ClaimKind.ONLINE));
    }

    @Test
    void noClaimMixesKinds() {
        addOnline("late");
        tick(Duration.ofHours(2));
        addSuspect("suspect", "500", Duration.ZERO);
        addOnline("online");
        add(offline("offline"));
        assertEquals(List.of("online", "late"), claimIds(ClaimKind.ONLINE));
        assertEquals(List.of("offline"), claimIds(ClaimKind.OFFLINE));
        assertEquals(List.of("suspect"), claimIds(ClaimKind.SUSPECT));
        for (ClaimKind kind : ClaimKind.values()) {
            assertEquals(List.of(), claimIds(kind), kind.name());
        }
    }

    @Test
    void offlineEventsAreClaimedInTheOrderInWhichTheyBecameReady() {
        add(offline("1"));
        tick(Duration.ofSeconds(1));
        add(offline("2"));
        postpone(claim(ClaimKind.OFFLINE, 1), Duration.ofMinutes(1), DeliveryHistory.NONE.withAttempt(true));
        tick(Duration.ofMinutes(2));
        add(offline("3"));
        assertEquals(List.of("2", "1", "3"), claimIds(ClaimKind.OFFLINE));
    }

    @Test
    void longestDueSuspectIsClaimedFirst() {
        addSuspect("1", "500", Duration.ofMinutes(2));
        addSuspect("2", "403", Duration.ofMinutes(1));
        assertEquals(List.of(), claimIds(ClaimKind.SUSPECT), "not due yet");
        tick(Duration.ofMinutes(3));
        assertEquals(List.of("2"), ids(claim(ClaimKind.SUSPECT, 1)));
        assertEquals(List.of("1"), claimIds(ClaimKind.SUSPECT));
    }

    // --- histories

    @Test
    void postponedEventKeepsItsHistory() {
        DeliveryHistory history = new DeliveryHistory(
                3,
                2,
                Instant.ofEpochMilli(1_793_527_200_001L),
                1,
                Instant.ofEpochMilli(1_793_527_200_002L),
                4,
                "500 x");
        addOnline("1");
        assertEquals(DeliveryHistory.NONE, postponeAndClaim(claim(1), ClaimKind.ONLINE, DeliveryHistory.NONE));
        Batch batch = claimAfterLease(ClaimKind.ONLINE);
        assertEquals(history, postponeAndClaim(batch, ClaimKind.SUSPECT, history));
    }

    @Test
    void ordinaryEventKeepsItsHistory() {
        DeliveryHistory history = new DeliveryHistory(0, 1, Instant.ofEpochMilli(5), 0, Instant.EPOCH, 0, "");
        addOnline("1");
        assertEquals(history, postponeAndClaim(claim(1), ClaimKind.ONLINE, history));
    }

    /** Returns the history that the next claim returns. */
    private DeliveryHistory postponeAndClaim(Batch batch, ClaimKind kind, DeliveryHistory history) {
        assertEquals(1, postpone(batch, Duration.ZERO, history));
        return claim(kind, 1).claimed().get(0).history();
    }

    private Batch claimAfterLease(ClaimKind kind) {
        tick(LEASE.plusSeconds(1));
        return claim(kind, 9);
    }

    @Test
    void eachEventOfABatchKeepsItsOwnHistory() {
        addOnline("1", "2", "3");
        Batch batch = claim(9);
        List<Settlement> settlements = new ArrayList<>();
        for (Batch.Claimed claimed : batch.claimed()) {
            int attempts = Integer.parseInt(claimed.event().id());
            DeliveryHistory history =
                    new DeliveryHistory(attempts, 0, Instant.EPOCH, 0, Instant.EPOCH, 0, attempts == 3 ? "500" : "");
            settlements.add(Settlement.postponed(claimed, "down", Duration.ZERO, history));
        }
        assertEquals(new SettleResult(3, List.of()), outbox.settle(batch, settlements));
        for (Batch.Claimed claimed : claim(9).claimed()) {
            assertEquals(claimed.event().id(), "" + claimed.history().attempts());
        }
        assertEquals(3, claim(ClaimKind.SUSPECT, 9).claimed().get(0).history().attempts());
    }

    @Test
    void aHistoryWithoutASuspectReasonMakesASuspectOrdinary() {
        addSuspect("1", "500", Duration.ZERO);
        postpone(claim(ClaimKind.SUSPECT, 1), Duration.ZERO, DeliveryHistory.NONE.withAttempt(false));
        assertEquals(List.of(), claimIds(ClaimKind.SUSPECT));
        Batch batch = claim(9);
        assertEquals(
                DeliveryHistory.NONE.withAttempt(false), batch.claimed().get(0).history());
        assertEquals(1, settle(batch, ACCEPTED));
        assertEquals(new Backlog(0, 0, 0, Optional.empty()), outbox.backlog(ACCOUNT));
    }

    @Test
    void suspectReasonsAreCutAndLoseNulCharacters() {
        addSuspect("1", "\0 500\0 " + "x".repeat(100), Duration.ofHours(1));
        postponeWithReason("2", " " + "y".repeat(100));
        assertEquals(1, outbox.releaseSuspects(ACCOUNT, " 500 " + "x".repeat(57)));
        assertEquals(
                "500 " + "x".repeat(57),
                claim(ClaimKind.SUSPECT, 1).claimed().get(0).history().suspectReason());
        assertEquals(1, outbox.releaseSuspects(ACCOUNT, "y".repeat(64)));
    }

    private void postponeWithReason(String id, String reason) {
        add(online(id));
        postpone(claim(1), Duration.ofHours(1), new DeliveryHistory(1, 1, now(), 0, Instant.EPOCH, 0, reason));
    }

    // --- leases

    @Test
    void aClaimedEventCannotBeClaimedUntilItsLeaseEnds() {
        addOnline("1");
        assertEquals(List.of("1"), claimIds(9));
        tick(LEASE.minusSeconds(2));
        assertEquals(List.of(), claimIds(9));
        tick(Duration.ofSeconds(3));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void settlingWithALeaseThatAnotherClaimReplacedChangesNothing() {
        addOnline("1");
        Batch slow = claim(9);
        tick(LEASE.plusSeconds(1));
        Batch next = claim(9);
        assertEquals(new SettleResult(0, List.of()), settleAll(slow));
        assertEquals(1, waiting());
        assertEquals(new SettleResult(1, List.of()), settleAll(next));
        assertEquals(new SettleResult(0, List.of()), settleAll(next), "settled already");
        assertEquals(new Backlog(0, 0, 0, Optional.empty()), outbox.backlog(ACCOUNT));
    }

    private SettleResult settleAll(Batch batch) {
        return outbox.settle(
                batch,
                batch.claimed().stream()
                        .map(claimed -> Settlement.of(claimed, ACCEPTED))
                        .toList());
    }

    @Test
    void unsettledEventsBecomeReadyWhenTheLeaseEnds() {
        addOnline("1", "2");
        Batch half = claim(9);
        assertEquals(
                new SettleResult(1, List.of()),
                outbox.settle(half, List.of(Settlement.of(half.claimed().get(0), ACCEPTED))));
        assertEquals(0, outbox.peek(ACCOUNT, 9).ready());
        tick(LEASE.plusSeconds(1));
        assertEquals(1, outbox.peek(ACCOUNT, 9).ready());
        assertEquals(new SettleResult(1, List.of()), settleAll(half), "no other claim has it");
        assertEquals(List.of(), claimIds(9));
        assertEquals(0, waiting());
    }

    @Test
    void extendMovesTheEndOfTheLease() {
        addOnline("1", "2");
        Batch batch = claim(9);
        tick(LEASE.minusSeconds(10));
        assertTrue(outbox.extend(batch, LEASE));
        tick(LEASE.minusSeconds(10));
        assertEquals(List.of(), claimIds(9));
        assertNear(10, outbox.peek(ACCOUNT, 9).nextReadyIn().orElseThrow());
        tick(Duration.ofSeconds(20));
        assertTrue(outbox.extend(batch, LEASE), "no other claim has them");
        assertEquals(List.of(), claimIds(9));
    }

    @Test
    void extendOfTheUnsettledEventsIgnoresTheSettledOnes() {
        addOnline("1", "2");
        Batch batch = claim(9);
        outbox.settle(batch, List.of(Settlement.of(batch.claimed().get(0), ACCEPTED)));
        assertFalse(outbox.extend(batch, LEASE), "one is settled");
        Batch rest = new Batch(batch.lease(), List.of(batch.claimed().get(1)));
        assertTrue(outbox.extend(rest, LEASE));
        assertTrue(outbox.extend(new Batch(batch.lease(), List.of()), LEASE));
    }

    @Test
    void extendFailsIfAnEventWasClaimedAgainOrCancelled() {
        addOnline("1", "2");
        Batch slow = claim(9);
        tick(LEASE.plus(Outbox.CANCEL_GRACE).plusSeconds(1));
        outbox.cancel(slow.events().get(0).key());
        assertFalse(outbox.extend(slow, LEASE));
        tick(LEASE.plusSeconds(1));
        claim(9);
        assertFalse(outbox.extend(new Batch(slow.lease(), List.of(slow.claimed().get(1))), LEASE));
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

    // --- due ad accounts

    @Test
    void dueAccountsListsAccountsWithTheirEarliestTimesAndPauses() {
        assertEquals(List.of(), outbox.dueAccounts());
        add(event("1", "checkout", "a"));
        Instant stored = now();
        tick(Duration.ofMinutes(1));
        add(event("1", "checkout", "b"));
        addSuspect("suspect", "500", Duration.ofMinutes(10));
        add(offline("offline"));
        claim(ClaimKind.OFFLINE, 9);
        outbox.pause("1", Duration.ofMinutes(5), "429");
        outbox.pause("7", Duration.ofMinutes(5), "nothing waits");

        List<DueAccount> due = outbox.dueAccounts();
        assertEquals(
                List.of("1", ACCOUNT), due.stream().map(DueAccount::adAccount).toList());
        assertNear(0, Duration.between(stored, due.get(0).readyAt().orElseThrow()));
        assertEquals(Optional.empty(), due.get(0).suspectAt());
        assertEquals("429", due.get(0).pause().orElseThrow().reason());
        assertNear(300, due.get(0).pause().orElseThrow().left());
        assertNear(0, Duration.between(now(), due.get(1).now()));
        assertNear(
                LEASE.toSeconds(), Duration.between(now(), due.get(1).readyAt().orElseThrow()));
        assertNear(600, Duration.between(now(), due.get(1).suspectAt().orElseThrow()));
        assertEquals(Optional.empty(), due.get(1).pause());
    }

    @Test
    void dueAccountsListsAccountsThatHaveSuspectsOnly() {
        addSuspect("1", "500", Duration.ZERO);
        DueAccount due = outbox.dueAccounts().get(0);
        assertEquals(Optional.empty(), due.readyAt());
        assertTrue(due.suspectAt().isPresent());
        settle(claim(ClaimKind.SUSPECT, 1), ACCEPTED);
        assertEquals(List.of(), outbox.dueAccounts());
    }

    @Test
    void dueAccountsListsMoreAccountsThanFitOnOnePage() {
        int accounts = 2 * AccountScan.PAGE + 1;
        outbox.addAll(IntStream.range(0, accounts)
                        .mapToObj(i -> event("" + i, "checkout", "1"))
                        .toList())
                .join();
        assertEquals(accounts, outbox.dueAccounts().size());
    }
}
