// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryOutboxTest extends OutboxContract {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @Override
    Outbox open() {
        return MemoryOutbox.ofCapacity(2000, clock);
    }

    @Override
    List<BooksTotal> books() {
        return ((MemoryOutbox) outbox).books();
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }

    @Test
    void fullOutboxRefusesNewEventsAndDropsNone() {
        Outbox small = MemoryOutbox.ofCapacity(5, clock);
        IntStream.range(0, 5).forEach(i -> assertEquals(EventStore.Added.STORED, add(small, "" + i)));
        assertEquals(EventStore.Added.FULL, add(small, "one too many"));
        List<String> claimed =
                small.claim("1", ClaimKind.ONLINE, 99, 1 << 20, Duration.ofMinutes(1)).orElseThrow().events().stream()
                        .map(StoredEvent::id)
                        .toList();
        assertEquals(List.of("0", "1", "2", "3", "4"), claimed);
        assertEquals(EventStore.Added.FULL, add(small, "one too many")); // a claimed event counts too
    }

    @Test
    void anEventIsStoredWhileASearchRuns() {
        addOnline("1");
        List<EventStore.Added> stored = new ArrayList<>();
        List<FoundEvent> found = outbox.find(event -> stored.add(CompletableFuture.supplyAsync(() -> add(outbox, "2"))
                .orTimeout(20, TimeUnit.SECONDS)
                .join()));
        assertEquals(1, found.size());
        assertEquals(List.of(EventStore.Added.STORED), stored);
    }

    private EventStore.Added add(Outbox to, String id) {
        return to.add(new StoredEvent("1", "checkout", id, "{}", now(), false)).join();
    }
}
