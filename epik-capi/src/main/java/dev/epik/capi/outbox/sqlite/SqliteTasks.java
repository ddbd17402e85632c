// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.queue.TransactionSize;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs the tasks of an outbox file. Events that wait together are stored in one transaction; every other call is a
 * transaction of its own. An exception fails only the task that threw it. Not thread-safe: used by the writer thread.
 */
public final class SqliteTasks {
    public static final int MAX_AT_ONCE = 1000;

    final Path file;
    private final SqliteStore store;
    private final OutboxTable table;

    public SqliteTasks(Path file, SqliteStore store, OutboxTable table) {
        this.file = file;
        this.store = store;
        this.table = table;
    }

    public sealed interface Task {
        CompletableFuture<?> answer();
    }

    public record Add(List<StoredEvent> events, CompletableFuture<List<EventStore.Added>> answer) implements Task {}

    public record Call<T>(TransactionKind kind, OutboxTable.Work<T> work, CompletableFuture<T> answer)
            implements Task {}

    /** Closes the file. No task is run any more. */
    public void close() {
        store.close();
    }

    public boolean isClosed() {
        return store.isClosed();
    }

    /** Runs the tasks and completes the future of each. */
    public void work(List<Task> tasks) {
        List<Add> together = new ArrayList<>();
        TransactionSize size = new TransactionSize();
        for (Task task : tasks) {
            if (task instanceof Add add) {
                if (!size.add(add.events)) {
                    store(together);
                    size = new TransactionSize();
                    size.add(add.events);
                }
                together.add(add);
                continue;
            }
            store(together);
            size = new TransactionSize();
            if (task instanceof Call<?> call && !call.answer.isDone()) {
                answer(call);
            }
        }
        store(together);
    }

    /** Stores the events in one transaction. A call that is too large for one is stored in several. */
    private void store(List<Add> adds) {
        if (adds.isEmpty()) {
            return;
        }
        List<StoredEvent> events =
                adds.stream().flatMap(add -> add.events.stream()).toList();
        List<EventStore.Added> answers = new ArrayList<>(events.size());
        try {
            for (List<StoredEvent> part : TransactionSize.cut(events)) {
                answers.addAll(store.transaction(TransactionKind.STORE, (sql, now) -> table.insert(sql, part, now)));
            }
            int next = 0;
            for (Add add : adds) {
                complete(add.answer, List.copyOf(answers.subList(next, next + add.events.size())));
                next += add.events.size();
            }
        } catch (Throwable e) { // of any type: the thread must live, and the callers must know
            Throwable described = describe(e, answers.size());
            adds.forEach(add -> fail(add, described));
        }
        adds.clear();
    }

    private <T> void answer(Call<T> call) {
        try {
            complete(call.answer, store.transaction(call.kind, call.work));
        } catch (Throwable e) { // as above
            fail(call, describe(e, 0));
        }
    }

    /** Completes the future. That runs code of the callers, whose exceptions are ignored. */
    private static <T> void complete(CompletableFuture<T> answer, T value) {
        try {
            answer.complete(value);
        } catch (Throwable ignored) {
            // the future is complete, or, for lack of memory, its caller stops waiting at its own limit
        }
    }

    static void fail(Task task, Throwable cause) {
        try {
            task.answer().completeExceptionally(cause);
        } catch (Throwable ignored) {
            // as above
        }
    }

    private Throwable describe(Throwable e, int stored) {
        if (!(e instanceof SQLException sql)) {
            return e;
        }
        OutboxException described = SqliteFile.describe(file, sql);
        return stored == 0
                ? described
                : new OutboxException(
                        described.getMessage() + ". The first " + stored
                                + " events are stored, the others are not; all may be stored again",
                        sql);
    }
}
