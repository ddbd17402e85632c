// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outbox in the database, behind a spool. Opens it as soon as that is possible, and keeps whether the last attempts
 * to store succeeded. Thread-safe.
 */
public final class MainOutbox implements AutoCloseable {
    private final Supplier<? extends Outbox> opener;
    private final AtomicLong stored = new AtomicLong();
    private volatile @Nullable Outbox outbox;
    private volatile String notOpenBecause = "it was not tried yet";

    /** Why submits go to the spool; null while they go to the main outbox. */
    private volatile @Nullable String failure;

    private boolean closed;

    public MainOutbox(Supplier<? extends Outbox> opener) {
        this.opener = opener;
    }

    /**
     * Opens the outbox unless it is open. Returns false if the database cannot be reached; it then counts as failing.
     */
    public synchronized boolean open() {
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

    /**
     * Returns the outbox in the database.
     *
     * @throws OutboxException if it could not be opened yet
     */
    public Outbox get() {
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
    CompletableFuture<List<EventStore.Added>> addAll(List<StoredEvent> events, Duration wait) {
        try {
            if (events.size() == 1) {
                return get().add(events.get(0), wait).thenApply(List::of);
            }
            List<CompletableFuture<EventStore.Added>> each = get().addEach(events, wait);
            return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
                    .thenApply(all -> each.stream().map(CompletableFuture::join).toList());
        } catch (Throwable e) { // of any type: a driver below it may throw errors
            JvmErrors.rethrow(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns how often a thread of the main outbox was replaced; 0 if it is not open. */
    public int replacedThreads() {
        Outbox open = outbox;
        return open == null ? 0 : open.replacedThreads();
    }

    /** Returns why submits go to the spool; empty while they go to the main outbox. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Sends submits to the spool from now on. */
    void failed(String reason) {
        failure = reason;
    }

    /** Sends submits to the main outbox from now on. */
    void recovered() {
        failure = null;
    }

    /** Counts events that the main outbox has stored now or had stored before. */
    void stored(int events) {
        stored.addAndGet(events);
    }

    long stored() {
        return stored.get();
    }

    /**
     * Returns the message of our own exceptions, which names the cure, and the type of any other exception, whose
     * message may quote values.
     */
    public static String describe(Throwable e) {
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
