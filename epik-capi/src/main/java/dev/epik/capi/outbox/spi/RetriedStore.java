// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;

/**
 * A store that opens another one which is no outbox, such as a log, and tries again as a {@link RetriedOutbox} does.
 * Until the store is open every call fails with an {@link OutboxException} that has the reason. Thread-safe.
 *
 * <p><b>Lifetime.</b> The caller closes it, after the client. It closes the store that it has opened.
 */
public final class RetriedStore implements EventStore {
    private static final Logger LOG = System.getLogger(RetriedStore.class.getName());

    private final RetriedStoreOpening<EventStore> opening;
    private final Set<Capability> capabilities;
    private final Optional<Outbox> delivery;

    private RetriedStore(RetriedStoreOpening<EventStore> opening, Set<Capability> capabilities, boolean delivers) {
        this.opening = opening;
        this.capabilities = Set.copyOf(capabilities);
        this.delivery = delivers ? Optional.of(RetriedOutbox.of(opening, this.capabilities)) : Optional.empty();
    }

    /**
     * Tries to open the store in this thread, and in the background if that fails. Never throws.
     *
     * @param opener opens the store. It is called by one thread at a time
     * @param capabilities those of the store
     * @param delivers whether the store has a {@linkplain EventStore#deliveryOutbox() delivery outbox}
     */
    public static RetriedStore open(
            Callable<? extends EventStore> opener, Set<Capability> capabilities, boolean delivers) {
        RetriedStoreOpening<EventStore> opening = new RetriedStoreOpening<>(LOG, opener);
        RetriedStore store = new RetriedStore(opening, capabilities, delivers);
        opening.start();
        return store;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return opening.get().add(event);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return opening.get().add(event, deadline);
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return opening.get().addEach(events, deadline);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return opening.get().addAll(events);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return opening.get().cancel(key);
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Optional<Outbox> deliveryOutbox() {
        return delivery;
    }

    @Override
    public long unread() {
        return opening.get().unread();
    }

    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        opening.connect(submitTimeout, moved);
    }

    @Override
    public void committed(String adAccount, int events) {
        opening.committed(adAccount, events);
    }

    @Override
    public EventStore database() {
        return opening.get().database();
    }

    /** Ends the attempts, and closes the store if it is open. */
    @Override
    public void close() {
        opening.close();
    }
}
