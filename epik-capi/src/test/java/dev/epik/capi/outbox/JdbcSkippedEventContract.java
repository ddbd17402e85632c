// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The contract of a {@link JdbcOutbox} if a rule or trigger of the shop skips an event. */
abstract class JdbcSkippedEventContract extends JdbcTransactionContract {
    /** Adds a rule or trigger, as a shop may do, that skips an event of ad account "2" if ad account "1" has its id. */
    abstract void skipSecondAccounts(boolean skips) throws Exception;

    @Test
    void anEventThatTheDatabaseSkipsIsNotReportedAsStored() throws Exception {
        JdbcOutbox outbox = open();
        StoredEvent skipped = new StoredEvent("2", "checkout", "1", "{}", now(), false);
        skipSecondAccounts(true);
        try (Connection shop = begin()) {
            outbox.addAll(List.of(event("1"), event("2"))).join();
            var e = assertThrows(
                    CompletionException.class, () -> outbox.add(skipped).join());
            assertTrue(String.valueOf(e.getMessage()).contains("refused a value"), e::getMessage);
            assertThrows(
                    CompletionException.class,
                    () -> outbox.addAll(List.of(event("3"), skipped)).join());
            assertThrows(OutboxException.class, () -> outbox.add(shop, skipped));
            assertEquals(EventStore.Added.ALREADY_STORED, outbox.add(shop, event("1")));
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("4")));
            shop.commit();
        } finally {
            skipSecondAccounts(false);
        }
        assertEquals(4, count("epik_outbox"), "event 3 was stored although another one of its call was not");
    }

    @Test
    void eventsStoredTogetherWithASkippedOneAreReportedAsStored() throws Exception {
        JdbcOutbox outbox = open();
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(event("new " + i));
        }
        StoredEvent skipped = new StoredEvent("2", "checkout", "1", "{}", now(), false);
        events.add(skipped);
        skipSecondAccounts(true);
        try {
            outbox.add(event("1")).join();
            List<CompletableFuture<EventStore.Added>> answers = outbox.addEach(events, Duration.ofSeconds(20));
            assertThrows(
                    CompletionException.class,
                    () -> answers.get(events.indexOf(skipped)).join());
            for (CompletableFuture<EventStore.Added> answer : answers.subList(0, 20)) {
                assertEquals(EventStore.Added.STORED, answer.join());
            }
        } finally {
            skipSecondAccounts(false);
        }
        assertEquals(21, count("epik_outbox"));
    }
}
