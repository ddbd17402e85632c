// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.EventStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** A client whose events other processes deliver. */
@Timeout(60)
class StoringClientTest {
    private final Log log = new Log();
    private final EpikClient client = EpikClient.builder(
                    Mode.LIVE, AdAccount.of(ACCOUNT, AccessToken.of("a-token")), log)
            .baseUrl(URI.create("http://127.0.0.1:9"))
            .open();

    private static ConversionEvent sale(String id) {
        return ConversionEvent.checkout(id)
                .customer(Customer.builder().email("iris@example.com").build())
                .visit(Visit.of(Visit.Consent.GRANTED, "a test"))
                .build();
    }

    @Test
    void storesEventsAndStartsNoDelivery() {
        assertInstanceOf(SubmitResult.Stored.class, client.submit(sale("A-1")));
        assertEquals(1, client.submitAll(List.of(sale("A-2"))).size());
        assertEquals(
                List.of("A-1", "A-2"), log.stored.stream().map(StoredEvent::id).toList());
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("epik-delivery")));
        client.close();
    }

    @Test
    void statisticsCountWhatOtherProcessesHaveNotReadYet() {
        log.unread = 7;
        assertEquals(7, client.totalStats().waiting());
        log.unread = Long.MAX_VALUE;
        assertEquals(Integer.MAX_VALUE, client.totalStats().waiting());
        client.close();
    }

    @Test
    void cancellingIsARequest() {
        assertEquals(CancelResult.REQUESTED, client.cancel("checkout", "A-1"));
        client.close();
    }

    @Test
    void callsThatNeedDeliveryNameTheCure() {
        List<Executable> calls = List.of(
                () -> client.deadLetters(10),
                () -> client.redriveAll(DeadLetter.Scope.RECENT),
                client::resume,
                client::stats,
                () -> client.deliverPending(Duration.ofSeconds(1)),
                () -> client.erase(ErasureRequest.builder().eventId("A-1").build()));
        for (Executable call : calls) {
            String message = assertThrows(EpikException.class, call).getMessage();
            assertTrue(message.contains("ask a process that delivers"), message);
        }
        client.revoke("dj0yJnU9click"); // never throws
        client.wake();
        client.close();
    }

    @Test
    void closingClosesTheStoreAndRefusesLaterEvents() {
        client.close();
        assertTrue(log.isClosed);
        assertInstanceOf(SubmitResult.Failed.class, client.submit(sale("A-1")));
    }

    /** A store whose events stay where they are. */
    private static final class Log implements EventStore {
        private final List<StoredEvent> stored = new CopyOnWriteArrayList<>();
        private volatile long unread;
        private volatile boolean isClosed;

        @Override
        public CompletableFuture<Added> add(StoredEvent event) {
            stored.add(event);
            return CompletableFuture.completedFuture(Added.STORED);
        }

        @Override
        public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
            return CompletableFuture.completedFuture(
                    events.stream().map(event -> add(event).join()).toList());
        }

        @Override
        public CancelResult cancel(StoredEvent.Key key) {
            return CancelResult.REQUESTED;
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public long unread() {
            return unread;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
