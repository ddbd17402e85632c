// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An event to store by a deadline. It waits, is being stored, or is answered; each change of state is atomic. At the
 * deadline a waiting event is withdrawn, and is certainly not stored. One that is being stored may be stored.
 * Thread-safe.
 */
public final class PendingEvent {
    private enum State {
        WAITING,
        TAKEN,
        ANSWERED
    }

    private static final Duration ATTEMPT_GRACE = Duration.ofMillis(150);

    public final StoredEvent event;
    public final WriterQueue.Priority priority;
    public final CompletableFuture<EventStore.Added> answer = new CompletableFuture<>();
    private final Duration limit;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean maybeStored;
    private volatile String obstacle = "";

    /**
     * Creates a waiting event.
     *
     * @param limit how long from now the caller waits
     */
    public PendingEvent(StoredEvent event, Duration limit, WriterQueue.Priority priority) {
        this.event = event;
        this.limit = limit;
        this.priority = priority;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * Takes the event for an attempt to store it. Returns false if it is answered or late. Called by one thread at a
     * time.
     */
    public boolean take() {
        return nanosLeft() > 0 && state.compareAndSet(State.WAITING, State.TAKEN);
    }

    /**
     * Makes the event wait again after an attempt that failed.
     *
     * @param isUncertain whether the attempt may have stored it, because the commit was not answered
     * @param because the reason that the caller gets if the event is not stored by its deadline
     */
    public void putBack(boolean isUncertain, String because) {
        if (isUncertain) {
            maybeStored = true;
        }
        obstacle = because;
        state.compareAndSet(State.TAKEN, State.WAITING);
    }

    public void answer(EventStore.Added added) {
        if (state.getAndSet(State.ANSWERED) != State.ANSWERED) {
            // by the attempt that was not answered; a dead letter was there before it
            boolean isOurs = maybeStored && added.isDuplicate() && added != EventStore.Added.ALREADY_DEAD;
            complete(isOurs ? EventStore.Added.STORED : added, null);
        }
    }

    /** Fails the event. An attempt that is under way may store it nevertheless. */
    public void fail(String message, @Nullable Throwable cause) {
        State before = state.getAndSet(State.ANSWERED);
        if (before != State.ANSWERED) {
            boolean maybe = maybeStored || before == State.TAKEN;
            complete(
                    EventStore.Added.FULL,
                    maybe
                            ? OutboxException.maybeStored(
                                    message + ". The event may be stored: submit it again, under the same id", cause)
                            : new OutboxException(message + ". The event is not stored", cause));
        }
    }

    /**
     * Fails the event if its deadline has passed. An attempt that is under way gets 150 ms more, to find out whether
     * the event is stored.
     *
     * @param reason why the event still waits, if no attempt has given a reason
     */
    public boolean failIfLate(long now, String reason) {
        long late = now - deadline;
        if (late < 0 || (late < ATTEMPT_GRACE.toNanos() && state.get() == State.TAKEN)) {
            return false;
        }
        String because = obstacle.isEmpty() ? reason : obstacle;
        fail("Within " + limit.toMillis() + " ms the event could not be stored: " + because, null);
        return true;
    }

    public boolean isAnswered() {
        return state.get() == State.ANSWERED;
    }

    public long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Completes the future. That runs code of the callers, whose exceptions are ignored. */
    private void complete(EventStore.Added added, @Nullable Throwable failure) {
        try {
            if (failure == null) {
                answer.complete(added);
            } else {
                answer.completeExceptionally(failure);
            }
        } catch (Throwable ignored) {
            // the future is complete, or, for lack of memory, its caller stops waiting at its own limit
        }
    }
}
