// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** An outbox that fails on request, and records the calls that store. Thread-safe. */
final class FlakyOutbox extends ForwardingOutbox {
    enum Mode {
        WORKING,
        /** Nothing is stored, and every call fails. */
        DOWN,
        /** Events are stored, and every call fails. */
        STORING_AND_FAILING,
        /** Calls work and return only after {@link #release}. */
        HANGING,
        /** Nothing is stored, and nothing fails. */
        FULL
    }

    static final String REASON = "the database is down";

    /** Storing fails for these ids, and for every event in the same call. */
    final Set<String> bad = ConcurrentHashMap.newKeySet();

    private volatile Mode mode = Mode.WORKING;
    private final Deque<Runnable> hung = new ArrayDeque<>();
    private final List<String> stored = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    FlakyOutbox(Outbox real) {
        super(real);
    }

    void mode(Mode next) {
        this.mode = next;
    }

    /** Lets hanging calls work and return. */
    void release() {
        mode = Mode.WORKING;
        List<Runnable> all;
        synchronized (this) {
            all = List.copyOf(hung);
            hung.clear();
        }
        all.forEach(Runnable::run);
    }

    synchronized int hanging() {
        return hung.size();
    }

    /** Returns the ids of the events that were stored, in that order. */
    synchronized List<String> stored() {
        return List.copyOf(stored);
    }

    /** Returns one line for each call that stores: the thread and the first id. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return addAll(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public synchronized CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        asked.add(Thread.currentThread().getName() + " " + events.get(0).id());
        if (mode == Mode.HANGING) {
            CompletableFuture<List<Added>> later = new CompletableFuture<>();
            hung.add(() -> {
                try {
                    later.complete(store(events).join());
                } catch (CompletionException e) {
                    later.completeExceptionally(e);
                }
            });
            return later;
        }
        return store(events);
    }

    private synchronized CompletableFuture<List<Added>> store(List<StoredEvent> events) {
        if (mode == Mode.DOWN || events.stream().anyMatch(event -> bad.contains(event.id()))) {
            return CompletableFuture.failedFuture(new OutboxException(REASON));
        }
        if (mode == Mode.FULL) {
            return CompletableFuture.completedFuture(
                    events.stream().map(event -> Added.FULL).toList());
        }
        List<Added> added = super.addAll(events).join();
        for (int i = 0; i < events.size(); i++) {
            if (added.get(i) == Added.STORED) {
                stored.add(events.get(i).id());
            }
        }
        return mode == Mode.STORING_AND_FAILING
                ? CompletableFuture.failedFuture(new OutboxException(REASON))
                : CompletableFuture.completedFuture(added);
    }

    private void failIfDown() {
        if (mode == Mode.DOWN || mode == Mode.STORING_AND_FAILING) {
            throw new OutboxException(REASON);
        }
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        failIfDown();
        return super.cancel(key);
    }

    @Override
    public Backlog backlog(String adAccount) {
        failIfDown();
        return super.backlog(adAccount);
    }

    @Override
    public Peek peek(String adAccount, int max) {
        failIfDown();
        return super.peek(adAccount, max);
    }

    @Override
    public List<DueAccount> dueAccounts() {
        failIfDown();
        return super.dueAccounts();
    }
}
