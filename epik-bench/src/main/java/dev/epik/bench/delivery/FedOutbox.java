// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;

/**
 * Delivers given events from memory as a worker delivers those of Kafka: a thread adds some hundred at a time, and as
 * many wait at most as in the worker's window. It remembers as many delivered ones. Thread-safe.
 */
final class FedOutbox implements EventStore {
    private static final int CHUNK = 500;
    private static final int REMEMBERED = 50_000;
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final MemoryOutbox memory = MemoryOutbox.ofCapacity(REMEMBERED);
    private final List<StoredEvent> events;
    private volatile boolean isClosed;

    FedOutbox(List<StoredEvent> events) {
        this.events = events;
    }

    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        Thread feeder = new Thread(() -> feed(moved), "feeder");
        feeder.setDaemon(true);
        feeder.start();
    }

    private void feed(ObjIntConsumer<String> moved) {
        for (int done = 0; done < events.size() && !isClosed; ) {
            if (memory.waiting() + CHUNK > KafkaEvents.WINDOW) {
                LockSupport.parkNanos(PAUSE.toNanos());
                continue;
            }
            List<StoredEvent> chunk = events.subList(done, Math.min(events.size(), done + CHUNK));
            memory.addAll(chunk).join();
            Map<String, Integer> arrived = new HashMap<>();
            chunk.forEach(event -> arrived.merge(event.adAccount(), 1, Integer::sum));
            arrived.forEach(moved::accept);
            done += chunk.size();
        }
    }

    @Override
    public Optional<Outbox> deliveryOutbox() {
        return Optional.of(memory);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return memory.add(event);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> some) {
        return memory.addAll(some);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return memory.cancel(key);
    }

    @Override
    public Set<Capability> capabilities() {
        return memory.capabilities();
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
