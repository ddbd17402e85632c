// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.pinterest.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every outbox promises; a store is one small subclass. */
abstract class OutboxContract {
    static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
    static final int CAPACITY = 5;
    private static final String ACCOUNT = "549755885175";

    private final Outbox outbox = open(CAPACITY);

    abstract Outbox open(int capacity);

    private static StoredEvent event(String id) {
        return event(ACCOUNT, "checkout", id);
    }

    private static StoredEvent event(String account, String name, String id) {
        return new StoredEvent(account, name, id, "{\"event_id\":\"" + id + "\"}", NOW);
    }

    private List<String> claim(int max, Instant now) {
        return outbox.claim(ACCOUNT, max, now).stream().map(StoredEvent::id).toList();
    }

    private void settle(StoredEvent event, Outcome outcome) {
        outbox.settle(List.of(new Settlement(event, outcome, NOW.plusSeconds(60))));
    }

    @Test
    void givesBackWhatWasStoredOldestFirstAndAtMostSoMany() {
        for (String id : List.of("1", "2", "3")) {
            assertEquals(Outbox.Added.STORED, outbox.add(event(id)));
        }
        assertEquals(List.of("1", "2"), claim(2, NOW));
        assertEquals(List.of("3"), claim(2, NOW));
    }

    @Test
    void aClaimedEventIsNobodyElsesUntilItIsSettled() {
        outbox.add(event("1"));
        assertEquals(List.of("1"), claim(9, NOW));
        assertEquals(List.of(), claim(9, NOW.plusSeconds(3600)));
    }

    @Test
    void accountNameAndIdTogetherAreUnique() {
        assertEquals(Outbox.Added.STORED, outbox.add(event("1", "checkout", "a")));
        assertEquals(Outbox.Added.ALREADY_STORED, outbox.add(event("1", "checkout", "a")));
        assertEquals(Outbox.Added.STORED, outbox.add(event("2", "checkout", "a")));
        assertEquals(Outbox.Added.STORED, outbox.add(event("1", "lead", "a")));
        assertEquals(Outbox.Added.STORED, outbox.add(event("1", "checkout", "b")));
    }

    @Test
    void aDeliveredEventIsRememberedAndNotStoredAgain() {
        outbox.add(event("1"));
        settle(outbox.claim(ACCOUNT, 1, NOW).get(0), new Outcome.Accepted(""));
        assertEquals(Outbox.Added.ALREADY_STORED, outbox.add(event("1")));
        assertEquals(0, outbox.backlog(ACCOUNT, NOW).waiting());
    }

    @Test
    void aRejectedEventBecomesADeadLetterWithItsReason() {
        outbox.add(event("1"));
        settle(outbox.claim(ACCOUNT, 1, NOW).get(0), new Outcome.Rejected("because"));
        assertEquals(List.of(new Outbox.DeadLetter(event("1"), "because")), outbox.deadLetters());
        assertEquals(new Backlog(0, 0, 1, Optional.empty(), Optional.empty()), outbox.backlog(ACCOUNT, NOW));
        assertEquals(Outbox.Added.ALREADY_STORED, outbox.add(event("1")));
    }

    @Test
    void aPostponedEventWaitsForItsTime() {
        outbox.add(event("1"));
        settle(outbox.claim(ACCOUNT, 1, NOW).get(0), new Outcome.Postponed("down"));
        assertEquals(List.of(), claim(9, NOW.plusSeconds(59)));
        assertEquals(
                Optional.of(NOW.plusSeconds(60)), outbox.backlog(ACCOUNT, NOW).nextReady());
        assertEquals(List.of("1"), claim(9, NOW.plusSeconds(60)));
    }

    @Test
    void whatWasPostponedGoesBehindWhatCouldGoBefore() {
        outbox.add(event("postponed"));
        settle(outbox.claim(ACCOUNT, 1, NOW).get(0), new Outcome.Postponed("down"));
        outbox.add(event("fresh"));
        assertEquals(List.of("fresh", "postponed"), claim(9, NOW.plusSeconds(60)));
    }

    @Test
    void aFullOneRefusesAndDropsNothing() {
        IntStream.range(0, CAPACITY).forEach(i -> assertEquals(Outbox.Added.STORED, outbox.add(event("" + i))));
        assertEquals(Outbox.Added.FULL, outbox.add(event("one too many")));
        assertEquals(List.of("0", "1", "2", "3", "4"), claim(99, NOW));
        assertEquals(Outbox.Added.FULL, outbox.add(event("one too many"))); // claimed is not gone
    }

    @Test
    void manyThreadsStoreEachEventOnce() {
        Outbox wide = open(1000);
        long stored = IntStream.range(0, 4000)
                .parallel()
                .filter(i -> wide.add(event("" + i % 1000)) == Outbox.Added.STORED)
                .count();
        assertEquals(1000, stored);
        assertEquals(1000, wide.backlog(ACCOUNT, NOW).ready());
    }

    @Test
    void noEventShowsItsJson() {
        assertTrue(!event("1").toString().contains("{"));
    }
}
