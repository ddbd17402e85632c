// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outbox behind a spool: opened as soon as it can be, and whether it works, as far as the last attempts to store
 * show. Thread-safe.
 */
final class MainOutbox implements AutoCloseable {
    private final Supplier<? extends Outbox> opener;
    private final AtomicLong stored = new AtomicLong();
    private volatile @Nullable Outbox outbox;
    private volatile String notOpenBecause = "it was not tried yet";

    /** Why submits go to the spool; empty while they go to the main outbox. */
    private volatile String failure = "";

    private boolean closed;

    MainOutbox(Supplier<? extends Outbox> opener) {
        this.opener = opener;
    }

    /** Opens the outbox unless it is open. If it cannot be reached, it counts as failing, and false is returned. */
    synchronized boolean open() {
        if (outbox != null || closed) {
            return !closed;
        }
        try {
            outbox = opener.get();
            return true;
        } catch (OutboxException e) {
            notOpenBecause = e.getMessage();
            failed("The database of the outbox could not be opened yet. " + notOpenBecause);
            return false;
        }
    }

    /** @throws OutboxException if it could not be opened yet */
    Outbox get() {
        Outbox open = outbox;
        if (open == null) {
            throw new OutboxException(
                    "The database of the outbox could not be opened yet; it is tried again. " + notOpenBecause);
        }
        return open;
    }

    /**
     * Stores the events. Every failure but an error of the JVM is a failed future: then some of them may be stored.
     *
     * @param wait how long the caller waits; an outbox that can withdraw events does so then
     */
    CompletableFuture<List<Outbox.Added>> addAll(List<StoredEvent> events, Duration wait) {
        try {
            if (events.size() == 1) {
                return get().add(events.get(0), wait).thenApply(List::of);
            }
            List<CompletableFuture<Outbox.Added>> each = get().addEach(events, wait);
            return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
                    .thenApply(all -> each.stream().map(CompletableFuture::join).toList());
        } catch (Throwable e) { // of any type: a driver below it may throw errors
            JvmErrors.rethrow(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns how often a thread of the main outbox was replaced; 0 if it is not open. */
    int replacedThreads() {
        Outbox open = outbox;
        return open == null ? 0 : open.replacedThreads();
    }

    /** Returns why submits go to the spool; empty while they go to the main outbox. */
    String failure() {
        return failure;
    }

    /** From now on submits go to the spool. */
    void failed(String reason) {
        failure = reason;
    }

    /** From now on submits go to the main outbox. */
    void recovered() {
        failure = "";
    }

    /** Counts events that the main outbox has stored, or had. */
    void stored(int events) {
        stored.addAndGet(events);
    }

    long stored() {
        return stored.get();
    }

    /** Our own messages name the cure. Of any other failure only the type is shown: its message may quote values. */
    static String describe(Throwable e) {
        Throwable cause = (e instanceof CompletionException || e instanceof ExecutionException) && e.getCause() != null
                ? e.getCause()
                : e;
        return cause instanceof OutboxException || cause instanceof EpikException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getName();
    }

    @Override
    public void close() {
        Outbox open;
        synchronized (this) {
            closed = true;
            open = outbox;
        }
        if (open != null) {
            open.close();
        }
    }
}
