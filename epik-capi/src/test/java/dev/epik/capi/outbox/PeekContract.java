// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for what it reports of waiting events and suspects. */
abstract class PeekContract extends ClaimContract {
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
}
