// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Does the work of a {@link SqliteOutbox} in the order in which it was called. Thread-safe. */
interface SqliteExecutor extends AutoCloseable {
    /** Makes an executor of tasks that it owns from then on. */
    @FunctionalInterface
    interface Factory {
        SqliteExecutor create(SqliteTasks tasks, SqliteOutbox.Builder options);
    }

    /** Stores the events. The future fails if they are not stored for certain. */
    CompletableFuture<List<Outbox.Added>> add(List<StoredEvent> events);

    /** Does the work in a transaction of its own, and returns when that is committed. */
    <T> T call(Step.Of kind, OutboxTable.Work<T> work);

    /** Does what was called, and closes the file. */
    @Override
    void close();

    /** Returns whether the file is closed. */
    boolean hasEnded();

    /** Returns how often the thread was replaced. */
    int replaced();
}
