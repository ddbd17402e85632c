// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for storing events, and for events that are stored already. */
abstract class StoringContract extends DeliveryContract {
    @Test
    void claimReturnsTheStoredEventUnchanged() {
        StoredEvent event = online("1");
        assertEquals(EventStore.Added.STORED, add(event));
        StoredEvent back = claim(9).events().get(0);
        assertEquals(event.json(), back.json());
        assertEquals(event.key(), back.key());
        assertEquals(event.happenedAt().toEpochMilli(), back.happenedAt().toEpochMilli());
        assertFalse(back.offline());
    }

    @Test
    void accountNameAndIdTogetherAreUnique() {
        assertEquals(EventStore.Added.STORED, add(event("1", "checkout", "a")));
        assertEquals(EventStore.Added.ALREADY_STORED, add(event("1", "checkout", "a")));
        assertEquals(EventStore.Added.STORED, add(event("2", "checkout", "a")));
        assertEquals(EventStore.Added.STORED, add(event("1", "lead", "a")));
        assertEquals(EventStore.Added.STORED, add(event("1", "checkout", "b")));
        assertEquals(EventStore.Added.STORED, add(event("1", "checkout", "A")), "case counts");
        assertEquals(EventStore.Added.STORED, add(event("1", "checkout", "a ")), "so does space");
    }

    @Test
    void addAllReturnsResultsInTheOrderOfTheEvents() {
        add(online("2"));
        assertEquals(
                List.of(
                        EventStore.Added.STORED,
                        EventStore.Added.ALREADY_STORED,
                        EventStore.Added.STORED,
                        EventStore.Added.ALREADY_STORED),
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
                        EventStore.Added.ALREADY_DEAD,
                        EventStore.Added.STORED,
                        EventStore.Added.ALREADY_STORED,
                        EventStore.Added.ALREADY_DELIVERED,
                        EventStore.Added.ALREADY_STORED,
                        EventStore.Added.ALREADY_STORED,
                        EventStore.Added.ALREADY_STORED),
                outbox.addAll(events).join());
        assertEquals(EventStore.Added.ALREADY_DEAD, add(online("dead")));
        outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.INCLUDE_EXPIRED);
        assertEquals(EventStore.Added.ALREADY_STORED, add(online("dead")));
        assertEquals(5, waiting());
    }

    /** More events than one statement looks up. */
    @Test
    void addingManyDuplicatesReturnsTheStateOfEach() {
        List<StoredEvent> events =
                IntStream.range(0, 1201).mapToObj(i -> online("" + i)).toList();
        outbox.addAll(events).join();
        settle(claim(601), new Outcome.Rejected("no"));
        List<EventStore.Added> again = outbox.addAll(events).join();
        assertEquals(601, Collections.frequency(again, EventStore.Added.ALREADY_DEAD));
        assertEquals(600, Collections.frequency(again, EventStore.Added.ALREADY_STORED));
    }

    @Test
    void concurrentAddsStoreEachEventOnce() {
        long stored = IntStream.range(0, 800)
                .parallel()
                .filter(i -> add(online("" + i % 200)) == EventStore.Added.STORED)
                .count();
        assertEquals(200, stored);
        assertEquals(200, waiting());
    }

    @Test
    void toStringHidesTheJson() {
        assertFalse(online("1").toString().contains("{"));
    }
}
