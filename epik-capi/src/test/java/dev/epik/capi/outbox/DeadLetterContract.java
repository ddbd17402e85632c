// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.EventStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for dead letters, their redrive and retention. */
abstract class DeadLetterContract extends BooksContract {
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
    void reasonsOfDeadLettersAreCutAndLoseNulCharacters() {
        add(online("1"));
        settle(claim(1), new Outcome.Rejected("a\0" + "x".repeat(1998) + "😀"));
        assertEquals(
                "a" + "x".repeat(1998), outbox.deadLetters(ACCOUNT, 1).get(0).reason());
    }

    @Test
    void aDeadLetterCanBeCancelledAndStoredAgain() {
        StoredEvent event = online("1");
        add(event);
        settle(claim(1), new Outcome.Rejected("no"));
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event.key()));
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT, 9));
        assertEquals(EventStore.Added.STORED, add(event));
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
        assertEquals(EventStore.Added.ALREADY_DELIVERED, add(event("1", "checkout", "delivered")));
        assertEquals(Map.of("1", 1, "2", 1), outbox.forget(Duration.ofDays(9), Duration.ofDays(9)));
        assertEquals(List.of(), outbox.deadLetters("2", 9));
        assertEquals(EventStore.Added.STORED, add(event("3", "checkout", "delivered 1")));
        for (String account : List.of("1", "2")) {
            assertEquals(EventStore.Added.STORED, add(event(account, "checkout", "delivered")));
            assertEquals(EventStore.Added.STORED, add(event(account, "checkout", "dead")));
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
}
