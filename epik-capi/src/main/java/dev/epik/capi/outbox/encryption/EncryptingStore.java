// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;

/**
 * Encrypts what is added to a store. If there is no key, nothing is stored. Thread-safe.
 *
 * <p><b>Threads.</b> Events are encrypted in the calling thread. It waits for a key only if the client has had none
 * since it was opened, and within the deadline of the event. Closing this store closes the ring and the store.
 */
public final class EncryptingStore implements EventStore {
    private final EventStore store;
    private final KeyRing keys;

    /** How long a call without a deadline waits for a key. */
    private volatile Duration submitTimeout = Duration.ofSeconds(5);

    public EncryptingStore(EventStore store, KeyRing keys) {
        this.store = store;
        this.keys = keys;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return withKey(submitTimeout, (key, left) -> store.add(PayloadCodec.encrypt(event, key)));
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return withKey(deadline, (key, left) -> store.add(PayloadCodec.encrypt(event, key), left));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return withKey(submitTimeout, (key, left) -> store.addAll(encrypted(events, key)));
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        try {
            return timed(deadline, (key, left) -> store.addEach(encrypted(events, key), left));
        } catch (OutboxException e) {
            return Collections.nCopies(events.size(), CompletableFuture.failedFuture(e));
        }
    }

    /**
     * Returns the event as it is stored, for a caller that stores it in a transaction of its own.
     *
     * @throws OutboxException if there is no key
     */
    public StoredEvent encrypt(StoredEvent event) {
        return PayloadCodec.encrypt(event, keys.current(submitTimeout));
    }

    private static List<StoredEvent> encrypted(List<StoredEvent> events, CipherKey key) {
        return events.stream().map(event -> PayloadCodec.encrypt(event, key)).toList();
    }

    /** Stores something with a key, in the time that is left. */
    private interface Adding<T> {
        T add(CipherKey key, Duration left);
    }

    private <T> CompletableFuture<T> withKey(Duration deadline, Adding<CompletableFuture<T>> adding) {
        try {
            return timed(deadline, adding);
        } catch (OutboxException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> T timed(Duration deadline, Adding<T> adding) {
        long begun = System.nanoTime();
        CipherKey key = keys.current(deadline);
        Duration left = deadline.minusNanos(System.nanoTime() - begun);
        return adding.add(key, left.isNegative() ? Duration.ZERO : left);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return store.cancel(key);
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public Optional<Outbox> deliveryOutbox() {
        return store.deliveryOutbox();
    }

    @Override
    public long unread() {
        return store.unread();
    }

    @Override
    public void connect(Duration timeout, ObjIntConsumer<String> moved) {
        submitTimeout = timeout;
        var unused = keys.requestCurrent(); // so that the first sale need not wait for it
        store.connect(timeout, moved);
    }

    @Override
    public void committed(String adAccount, int events) {
        store.committed(adAccount, events);
    }

    @Override
    public EventStore database() {
        return store.database();
    }

    /** Ends the questions for keys, for a client that leaves the store open. */
    public void closeKeys() {
        keys.close();
    }

    @Override
    public void close() {
        closeKeys();
        store.close();
    }
}
