// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record to send by a deadline. It waits, is in Kafka's producer, or is answered; each change of state is atomic. At
 * the deadline a waiting record is withdrawn, and is certainly not stored. One that is in the producer may be stored.
 * Thread-safe.
 */
final class PendingRecord {
    private enum State {
        WAITING,
        HANDED_OVER,
        ANSWERED
    }

    final ProducerRecord<byte[], byte[]> record;
    final CompletableFuture<Void> answer = new CompletableFuture<>();

    /** When the caller stops waiting, as a time of {@link System#nanoTime}. */
    final long deadline;

    private final long limitNanos;
    private final Consumer<PendingRecord> onAnswer;

    /** Written by the one thread that has the record. */
    private volatile boolean maybeStored;

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /**
     * Creates a waiting record.
     *
     * @param limit how long from now the caller waits
     * @param onAnswer called once, before the future completes
     */
    PendingRecord(ProducerRecord<byte[], byte[]> record, Duration limit, Consumer<PendingRecord> onAnswer) {
        this.record = record;
        this.limitNanos = limit.toNanos();
        this.deadline = System.nanoTime() + limitNanos;
        this.onAnswer = onAnswer;
    }

    int bytes() {
        byte[] value = record.value();
        return (value == null ? 0 : value.length) + record.key().length;
    }

    /** Takes the record, to hand it over to the producer. Returns false if it is answered. */
    boolean handOver() {
        return state.compareAndSet(State.WAITING, State.HANDED_OVER);
    }

    /**
     * Makes the record wait again.
     *
     * @param isUncertain whether it may be stored; otherwise the producer did not take it
     */
    void putBack(boolean isUncertain) {
        if (isUncertain) {
            maybeStored = true;
        }
        state.compareAndSet(State.HANDED_OVER, State.WAITING);
    }

    /** Reports that the record is stored. */
    void stored() {
        if (state.getAndSet(State.ANSWERED) != State.ANSWERED) {
            complete(null);
        }
    }

    /**
     * Reports that the record is not stored, or may not be.
     *
     * @param isCertain whether it is certainly not stored, although it was handed over
     */
    void fail(String message, @Nullable Throwable cause, boolean isCertain) {
        State before = state.getAndSet(State.ANSWERED);
        if (before != State.ANSWERED) {
            boolean maybe = maybeStored || (before == State.HANDED_OVER && !isCertain);
            complete(
                    maybe
                            ? OutboxException.maybeStored(
                                    message + ". The event may be stored: submit it again, under the same id", cause)
                            : new OutboxException(message + ". The event is not stored", cause));
        }
    }

    /** Fails the record if its deadline has passed. The reason is asked for only then. */
    boolean failIfLate(long now, Supplier<String> reason) {
        if (now - deadline < 0) {
            return false;
        }
        fail("Within " + limitNanos / 1_000_000 + " ms the event could not be stored: " + reason.get(), null, false);
        return true;
    }

    /** Returns whether the producer has not got the record yet. */
    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    boolean isAnswered() {
        return state.get() == State.ANSWERED;
    }

    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Completes the future. That runs code of the callers, whose exceptions are ignored. */
    private void complete(@Nullable Throwable failure) {
        try {
            onAnswer.accept(this);
            if (failure == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(failure);
            }
        } catch (Throwable ignored) {
            // the future is complete, or, for lack of memory, its caller stops waiting at its own limit
        }
    }
}
