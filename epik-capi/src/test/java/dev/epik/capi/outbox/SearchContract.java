// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.FoundEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for finding events, and for forgetting one delivered id. */
abstract class SearchContract extends DeadLetterContract {
    private static final String OTHER_ACCOUNT = "549755885176";

    @Test
    void aSearchFindsWaitingClaimedSuspectAndDeadEventsOfAllAdAccounts() {
        add(online("dead"));
        settle(claim(9), new Outcome.Rejected("no"));
        addSuspect("suspect", "500", Duration.ZERO);
        add(online("claimed"));
        claim(1);
        addOnline("waits");
        add(offline("offline"));
        add(event(OTHER_ACCOUNT, "lead", "other"));
        assertEquals(
                Map.of(
                        online("dead").key(), true,
                        online("suspect").key(), false,
                        online("claimed").key(), false,
                        online("waits").key(), false,
                        offline("offline").key(), false,
                        event(OTHER_ACCOUNT, "lead", "other").key(), false),
                found(event -> true));
    }

    @Test
    void aSearchGivesTheWholeEventToThePredicateAndChangesNothing() {
        StoredEvent event = online("1");
        addOnline("1", "2");
        assertEquals(
                Map.of(event.key(), false),
                found(each -> each.key().equals(event.key()) && each.json().equals(event.json())));
        assertEquals(List.of(), outbox.find(each -> false));
        assertEquals(List.of("1", "2"), claimIds(9));
    }

    @Test
    void aSearchDoesNotFindWhatWasDeliveredOrCancelled() {
        addOnline("delivered");
        settle(claim(1), ACCEPTED);
        addOnline("cancelled");
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("cancelled").key()));
        assertEquals(List.of(), outbox.find(event -> true));
    }

    @Test
    void aSearchFindsAllOfManyEventsThatWereStoredAtTheSameTime() {
        List<StoredEvent> events =
                IntStream.range(0, 1300).mapToObj(i -> online("e" + i)).toList();
        outbox.addAll(events.subList(0, 900)).join();
        tick(Duration.ofMillis(5));
        outbox.addAll(events.subList(900, 1300)).join();
        Batch batch = claim(700);
        settle(batch, new Outcome.Rejected("no"));
        Map<StoredEvent.Key, Boolean> found = found(event -> true);
        assertEquals(1300, found.size());
        assertEquals(700, found.values().stream().filter(isDead -> isDead).count());
    }

    @Test
    void forgettingADeliveredIdChangesNothingElseAndAllowsToStoreItAgain() {
        addOnline("dead");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("1", "2");
        settle(claim(9), ACCEPTED);
        addOnline("waits");
        assertFalse(outbox.forgetDelivered(online("waits").key()));
        assertFalse(outbox.forgetDelivered(online("dead").key()));
        assertFalse(outbox.forgetDelivered(online("unknown").key()));
        assertTrue(outbox.forgetDelivered(online("1").key()));
        assertFalse(outbox.forgetDelivered(online("1").key()));
        assertEquals(EventStore.Added.ALREADY_DELIVERED, add(online("2")));
        assertEquals(EventStore.Added.STORED, add(online("1")));
        assertEquals(List.of(), outbox.verify());
    }

    private Map<StoredEvent.Key, Boolean> found(Predicate<StoredEvent> which) {
        return outbox.find(which).stream().collect(Collectors.toMap(FoundEvent::key, FoundEvent::isDead));
    }
}
