// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An outbox that opens another one, and tries again in the background until it can be opened: after 1 s, 2 s and so on
 * up to every 60 s. Until then every call fails with an {@link OutboxException} that has the reason, so that a client
 * and its shop start without the database. Thread-safe.
 *
 * <p><b>Lifetime.</b> The caller closes it, after the client. It closes the outbox that it has opened.
 */
public final class RetriedOutbox implements Outbox {
    private static final Logger LOG = System.getLogger(RetriedOutbox.class.getName());

    private final RetriedStoreOpening<?> opening;

    /** The outbox; throws an {@link OutboxException} if it is not open. */
    private final Supplier<Outbox> current;

    /** The outbox; null if it is not open. */
    private final Supplier<@Nullable Outbox> openOrNull;

    private final Set<Capability> capabilities;

    private RetriedOutbox(
            RetriedStoreOpening<?> opening,
            Supplier<Outbox> current,
            Supplier<@Nullable Outbox> openOrNull,
            Set<Capability> capabilities) {
        this.opening = opening;
        this.capabilities = capabilities;
        this.current = current;
        this.openOrNull = openOrNull;
    }

    /**
     * Tries to open the outbox in this thread, and in the background if that fails. Never throws.
     *
     * @param opener opens the outbox. It is called by one thread at a time
     */
    public static RetriedOutbox open(Callable<? extends Outbox> opener) {
        RetriedStoreOpening<Outbox> opening = new RetriedStoreOpening<>(LOG, opener);
        RetriedOutbox outbox =
                new RetriedOutbox(opening, opening::get, opening::openOrNull, Set.of(Capability.values()));
        opening.start();
        return outbox;
    }

    /** Returns the delivery outbox of a store that is being opened, which has one with these capabilities. */
    static RetriedOutbox of(RetriedStoreOpening<EventStore> opening, Set<Capability> capabilities) {
        Supplier<@Nullable Outbox> openOrNull = () -> {
            EventStore store = opening.openOrNull();
            return store == null ? null : delivery(store);
        };
        return new RetriedOutbox(opening, () -> delivery(opening.get()), openOrNull, capabilities);
    }

    private static Outbox delivery(EventStore store) {
        return store.deliveryOutbox().orElseThrow(() -> new OutboxException("The store was opened without delivery"));
    }

    private Outbox get() {
        return current.get();
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return get().add(event);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return get().add(event, deadline);
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return get().addEach(events, deadline);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return get().addAll(events);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return get().dueAccounts();
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return get().peek(adAccount, max);
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        return get().claim(adAccount, kind, maxEvents, maxBytes, lease);
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return get().extend(batch, lease);
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        return get().settle(batch, settlements);
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        get().pause(adAccount, time, reason);
    }

    @Override
    public void resume(String adAccount) {
        get().resume(adAccount);
    }

    @Override
    public void noteUnknown(String adAccount) {
        get().noteUnknown(adAccount);
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        return get().releaseSuspects(adAccount, suspectReason);
    }

    @Override
    public Backlog backlog(String adAccount) {
        return get().backlog(adAccount);
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return get().deadLetters(adAccount, max);
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return get().deadLettersOlderThan(age);
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        return get().redrive(adAccount, which, scope);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        return get().cancel(key);
    }

    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        return get().find(which);
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        return get().forgetDelivered(key);
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        return get().forget(deliveredOlderThan, deadOlderThan);
    }

    @Override
    public List<BooksDifference> verify() {
        return get().verify();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public int replacedThreads() {
        Outbox opened = openOrNull.get();
        return opened == null ? 0 : opened.replacedThreads();
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
    public long unread() {
        return get().unread();
    }

    @Override
    public Outbox database() {
        return get().database();
    }

    @Override
    public boolean hasSpool() {
        Outbox opened = openOrNull.get();
        return opened != null && opened.hasSpool();
    }

    @Override
    public Backlog spooled(String adAccount) {
        Outbox opened = openOrNull.get();
        return opened == null ? new Backlog(0, 0, 0, Optional.empty()) : opened.spooled(adAccount);
    }

    @Override
    public List<String> spooledAccounts() {
        Outbox opened = openOrNull.get();
        return opened == null ? List.of() : opened.spooledAccounts();
    }

    /** Ends the attempts, and closes the outbox if it is open. */
    @Override
    public void close() {
        opening.close();
    }
}
