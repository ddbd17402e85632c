// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for the outcomes of a batch. */
abstract class SettlingContract extends StoringContract {
    @Test
    void aDeliveredEventIsRememberedAndNotStoredAgain() {
        add(online("1"));
        assertEquals(1, settle(claim(1), ACCEPTED));
        assertEquals(EventStore.Added.ALREADY_DELIVERED, add(online("1")));
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
        assertEquals(EventStore.Added.ALREADY_DEAD, add(event));
        assertEquals(List.of(), outbox.deadLetters("7", 9));
        assertEquals(List.of(), claimIds(9));
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
}
