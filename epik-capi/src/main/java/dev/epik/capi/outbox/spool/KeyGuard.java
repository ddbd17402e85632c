// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Excludes cancelling an event while it is being stored, and storing it while it is being cancelled. An event is held
 * for cancelling only while no operation on it is under way. An operation that was given up counts until its outbox has
 * answered, because it may store the event until then. Thread-safe.
 */
public final class KeyGuard {
    private final Map<StoredEvent.Key, Integer> operations = new HashMap<>();
    private final Map<StoredEvent.Key, CompletableFuture<Void>> held = new HashMap<>();

    /**
     * Begins one operation for each key, or none of them if one of the keys is held.
     *
     * @return null if they were begun; otherwise what completes when the key is released
     */
    @Nullable
    synchronized CompletableFuture<Void> enter(Collection<StoredEvent.Key> keys) {
        for (StoredEvent.Key key : keys) {
            CompletableFuture<Void> release = held.get(key);
            if (release != null) {
                return release;
            }
        }
        enterAgain(keys);
        return null;
    }

    /** Begins one more operation for each key. The caller has one under way already. */
    synchronized void enterAgain(Collection<StoredEvent.Key> keys) {
        keys.forEach(key -> operations.merge(key, 1, Integer::sum));
    }

    /** Ends one operation for each key. */
    synchronized void leave(Collection<StoredEvent.Key> keys) {
        keys.forEach(key -> operations.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
        notifyAll();
    }

    /**
     * Holds the key once no operation on it is under way. New ones wait from the beginning of this call.
     *
     * @return false if that takes longer than the limit, or the thread is interrupted; then nothing is held
     */
    public boolean hold(StoredEvent.Key key, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        boolean ours = false;
        try {
            synchronized (this) {
                if (!waitUntil(() -> !held.containsKey(key), end)) {
                    return false;
                }
                held.put(key, new CompletableFuture<>());
                ours = true;
                if (waitUntil(() -> !operations.containsKey(key), end)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ours) {
            release(key);
        }
        return false;
    }

    /** Waits for the condition, which the other methods change. Returns whether it is true. */
    private synchronized boolean waitUntil(BooleanSupplier condition, long end) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    /** Ends the hold of the key. Operations that waited for it begin, in this thread. */
    public void release(StoredEvent.Key key) {
        CompletableFuture<Void> released;
        synchronized (this) {
            released = held.remove(key);
            notifyAll();
        }
        if (released != null) {
            released.complete(null);
        }
    }

    /** Waits until no operation is under way. Returns false if that takes longer than the limit. */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        return waitUntil(operations::isEmpty, System.nanoTime() + limit.toNanos());
    }
}
