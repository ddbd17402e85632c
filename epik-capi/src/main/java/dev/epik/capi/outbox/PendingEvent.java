// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An event that its caller wants stored by a deadline. It waits, or one attempt to store it is under way, or it is
 * answered; each change is atomic. So at its deadline an event that waits is withdrawn and surely not stored, and one
 * that was taken may be stored. Thread-safe.
 */
final class PendingEvent {
    private enum State {
        WAITING,
        TAKEN,
        ANSWERED
    }

    private static final Duration ATTEMPT_ENDS = Duration.ofMillis(150);

    final StoredEvent event;
    final boolean isBulk;
    final CompletableFuture<Outbox.Added> answer = new CompletableFuture<>();
    private final Duration limit;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean maybeStored;
    private volatile String obstacle = "";

    /** @param limit how long from now the caller waits */
    PendingEvent(StoredEvent event, Duration limit, boolean isBulk) {
        this.event = event;
        this.limit = limit;
        this.isBulk = isBulk;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * Takes the event for an attempt to store it; returns false if it is answered or late. Called by one thread at a
     * time.
     */
    boolean take() {
        return nanosLeft() > 0 && state.compareAndSet(State.WAITING, State.TAKEN);
    }

    /**
     * Makes the event wait again after an attempt that failed.
     *
     * @param isUncertain whether the attempt may have stored it, because the commit was not answered
     * @param because what the caller is told if this is still so at its deadline
     */
    void putBack(boolean isUncertain, String because) {
        if (isUncertain) {
            maybeStored = true;
        }
        obstacle = because;
        state.compareAndSet(State.TAKEN, State.WAITING);
    }

    void answer(Outbox.Added added) {
        if (state.getAndSet(State.ANSWERED) != State.ANSWERED) {
            // by the attempt that was not answered; a dead letter was there before it
            boolean isOurs = maybeStored && added.isDuplicate() && added != Outbox.Added.ALREADY_DEAD;
            complete(isOurs ? Outbox.Added.STORED : added, null);
        }
    }

    /** Answers with a failure. An attempt that is under way may store the event all the same. */
    void fail(String message, @Nullable Throwable cause) {
        State before = state.getAndSet(State.ANSWERED);
        if (before != State.ANSWERED) {
            boolean maybe = maybeStored || before == State.TAKEN;
            complete(
                    Outbox.Added.FULL,
                    maybe
                            ? OutboxException.maybeStored(
                                    message + ". The event may be stored: submit it again, under the same id", cause)
                            : new OutboxException(message + ". The event is not stored", cause));
        }
    }

    /**
     * Answers with a failure if the deadline has passed. An attempt that is under way then has a little more time, to
     * tell whether the event is stored.
     *
     * @param reason why the event still waits, if no attempt has told
     */
    boolean failIfLate(long now, String reason) {
        long late = now - deadline;
        if (late < 0 || (late < ATTEMPT_ENDS.toNanos() && state.get() == State.TAKEN)) {
            return false;
        }
        String because = obstacle.isEmpty() ? reason : obstacle;
        fail("Within " + limit.toMillis() + " ms the event could not be stored: " + because, null);
        return true;
    }

    boolean isAnswered() {
        return state.get() == State.ANSWERED;
    }

    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Completes the future. That runs code of the callers, and whatever it throws is theirs. */
    private void complete(Outbox.Added added, @Nullable Throwable failure) {
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
