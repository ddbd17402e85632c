// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.RetriedOutbox;
import dev.epik.capi.outbox.spi.RetriedStore;
import dev.epik.testing.LogCapture;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetriedOutboxTest {
    private static final StoredEvent EVENT = new StoredEvent("1", "checkout", "1001", "{}", Instant.EPOCH, false);

    @Test
    void everyCallFailsWithTheReasonUntilTheOutboxCanBeOpened() throws Exception {
        AtomicBoolean isUp = new AtomicBoolean();
        try (LogCapture log = LogCapture.of(RetriedOutbox.class);
                RetriedOutbox outbox = RetriedOutbox.open(() -> {
                    if (!isUp.get()) {
                        throw new OutboxException("the database is down");
                    }
                    return MemoryOutbox.ofCapacity(10);
                })) {
            OutboxException failure = assertThrows(OutboxException.class, () -> outbox.add(EVENT));
            assertTrue(failure.getMessage().endsWith("the database is down"), failure.getMessage());
            isUp.set(true);
            while (!isOpen(outbox)) {
                Thread.onSpinWait();
            }
            assertEquals(EventStore.Added.STORED, outbox.add(EVENT).get());
            assertEquals(1, outbox.backlog("1").waiting());
            assertTrue(log.lines().get(0).contains("the database is down"), log.lines()::toString);
        }
    }

    /** A log: it is no outbox, and has one to deliver from. */
    private static final class Log implements EventStore {
        private final MemoryOutbox window = MemoryOutbox.ofCapacity(10);
        private boolean isClosed;

        @Override
        public CompletableFuture<Added> add(StoredEvent event) {
            return window.add(event);
        }

        @Override
        public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
            return window.addAll(events);
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
        public Optional<Outbox> deliveryOutbox() {
            return Optional.of(window);
        }

        @Override
        public long unread() {
            return 7;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @Test
    void storeAndItsDeliveryOutboxFailWithTheReasonUntilTheStoreCanBeOpened() {
        AtomicBoolean isUp = new AtomicBoolean();
        Log log = new Log();
        RetriedStore store = RetriedStore.open(
                () -> {
                    if (!isUp.get()) {
                        throw new OutboxException("the topics do not exist");
                    }
                    return log;
                },
                Set.of(),
                true);
        Outbox delivery = store.deliveryOutbox().orElseThrow();
        assertThrows(OutboxException.class, () -> store.add(EVENT));
        assertThrows(OutboxException.class, store::unread);
        OutboxException failure = assertThrows(OutboxException.class, delivery::dueAccounts);
        assertTrue(failure.getMessage().endsWith("the topics do not exist"), failure.getMessage());
        assertEquals(0, delivery.replacedThreads());
        isUp.set(true);
        while (!isOpen(delivery)) {
            Thread.onSpinWait();
        }
        assertEquals(EventStore.Added.STORED, store.add(EVENT).join());
        assertEquals(1, delivery.backlog("1").waiting());
        assertEquals(7, store.unread());
        assertEquals(Set.of(), store.capabilities());
        assertEquals(Set.of(), delivery.capabilities());
        store.close();
        assertTrue(log.isClosed);
    }

    /** A method that is added to the interface later would be lost on the way to the store. */
    @Test
    void storePassesEveryMethodOn() {
        Set<String> own = names(RetriedStore.class.getDeclaredMethods());
        assertTrue(own.containsAll(names(EventStore.class.getDeclaredMethods())), own::toString);
    }

    private static Set<String> names(Method... methods) {
        return Arrays.stream(methods)
                .filter(method -> !method.isSynthetic())
                .map(method -> method.getName() + Arrays.toString(method.getParameterTypes()))
                .collect(Collectors.toSet());
    }

    private static boolean isOpen(Outbox outbox) {
        try {
            return outbox.database() instanceof MemoryOutbox;
        } catch (OutboxException e) {
            return false;
        }
    }
}
