// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs the work of an outbox file, in the order of the calls. Thread-safe. */
public interface SqliteExecutor extends AutoCloseable {
    /** Creates an executor, which owns the tasks from then on. */
    @FunctionalInterface
    interface Factory {
        SqliteExecutor create(SqliteTasks tasks, SqliteOptions options);
    }

    /** Stores the events. The future fails if it is not certain that they are stored. */
    CompletableFuture<List<EventStore.Added>> add(List<StoredEvent> events);

    /** Runs the work in a transaction of its own, and returns when that is committed. */
    <T> T call(TransactionKind kind, OutboxTable.Work<T> work);

    /** Runs what was queued, and closes the file. */
    @Override
    void close();

    /** Returns whether the file is closed. */
    boolean hasEnded();

    /** Returns how often the thread was replaced. */
    int replaced();
}
