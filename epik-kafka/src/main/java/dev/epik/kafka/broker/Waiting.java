// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import dev.epik.capi.outbox.spi.OutboxException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for answers of a sender, and closes what was opened. Thread-safe. */
public final class Waiting {
    private Waiting() {}

    /**
     * Waits for a record that is sent. The sender's deadline ends the wait.
     *
     * @param what the subject of the message
     * @throws OutboxException if it was not acknowledged
     */
    public static void on(CompletableFuture<Void> sent, String what) {
        try {
            sent.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutboxException(what + " may not be stored: the thread was interrupted. Repeat it", e);
        } catch (ExecutionException e) {
            Throwable cause = KafkaErrors.unwrapped(e);
            throw cause instanceof OutboxException ours
                    ? new OutboxException(what + " may not be stored; repeat it. " + ours.getMessage(), ours)
                    : new OutboxException(what + " may not be stored; repeat it", cause);
        }
    }

    /** Returns the answers in their order once all are there; fails if one of them fails. */
    public static <T> CompletableFuture<List<T>> forAll(List<CompletableFuture<T>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** Closes what was opened, the last first. */
    public static void closeAll(List<AutoCloseable> opened) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception ignored) {
                // the failure that made it close is reported
            }
        }
    }
}
