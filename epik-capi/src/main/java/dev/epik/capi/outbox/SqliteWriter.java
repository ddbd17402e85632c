// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The one thread that has the connection. What waits to be stored when it comes round is stored in one transaction, and so with one sync
 * of the disk: the slower the disk, the more at once.
 */
final class SqliteWriter implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SqliteWriter.class.getName());
    private static final int MOST_AT_ONCE = 1000;
    private static final Duration LAST_WORK = Duration.ofSeconds(30);

    /** A clock that is adjusted by less is waited for. */
    private static final long ADJUSTED = 1000;

    private final Path file;
    private final Connection connection;
    private final OutboxTable table;
    private final SqliteOutbox.Builder options;
    private final Clock clock;
    private final BlockingQueue<Task> queue;
    private final Thread thread = new Thread(this::run, "epik-outbox");
    private long latest;

    /** Whoever queues holds the one, whoever closes the other: nothing is queued that nobody will do. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private boolean closed;

    SqliteWriter(Path file, Connection connection, OutboxTable table, SqliteOutbox.Builder options)
            throws SQLException {
        this.file = file;
        this.connection = connection;
        this.table = table;
        this.options = options;
        this.clock = options.clock;
        this.queue = new ArrayBlockingQueue<>(options.queueSize);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(stored_at) FROM epik_outbox WHERE state = 0")) {
            this.latest = row.next() ? row.getLong(1) : 0;
        }
        thread.setDaemon(true);
        thread.start();
    }

    private sealed interface Task {
        void fail(Throwable cause);
    }

    private record Add(List<StoredEvent> events, CompletableFuture<List<Outbox.Added>> answer) implements Task {
        @Override
        public void fail(Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }

    private record Call<T>(Step.Of kind, OutboxTable.Work<T> work, CompletableFuture<T> answer) implements Task {
        @Override
        public void fail(Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }

    private record End() implements Task {
        @Override
        public void fail(Throwable cause) {}
    }

    CompletableFuture<List<Outbox.Added>> add(List<StoredEvent> events) {
        Add add = new Add(List.copyOf(events), new CompletableFuture<>());
        if (!queue(add)) {
            add.answer.complete(events.stream().map(event -> Outbox.Added.FULL).toList());
        }
        return add.answer;
    }

    <T> T call(Step.Of kind, OutboxTable.Work<T> work) {
        if (Thread.currentThread() == thread) {
            throw new EpikException(
                    "The outbox was called from its own thread: what follows an add must not wait, hand it to"
                            + " another thread (thenAcceptAsync)");
        }
        Call<T> call = new Call<>(kind, work, new CompletableFuture<>());
        if (!queue(call)) {
            throw new OutboxException(
                    "The queue of the outbox " + file + " was full for " + options.submitWait.toMillis()
                            + " ms: the disk is slower than what is stored; nothing was changed");
        }
        try {
            return call.answer.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException ours ? ours : failed;
        }
    }

    private boolean queue(Task task) {
        gate.readLock().lock();
        try {
            if (closed) {
                task.fail(new OutboxException(
                        "The outbox " + file + " is closed: close what uses it first, and store nothing" + " after"));
                return true;
            }
            return queue.offer(task, options.submitWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            task.fail(new OutboxException("Interrupted while the queue of the outbox was full: nothing was changed"));
            return true;
        } finally {
            gate.readLock().unlock();
        }
    }

    private void run() {
        List<Task> tasks = new ArrayList<>();
        boolean ending = false;
        while (!ending || !queue.isEmpty()) {
            try {
                tasks.add(queue.take());
                queue.drainTo(tasks, MOST_AT_ONCE);
                ending |= tasks.removeIf(End.class::isInstance);
                work(tasks);
            } catch (InterruptedException nobodyShould) {
                LOG.log(Level.WARNING, "Somebody interrupts the thread of the outbox; it goes on");
            }
            tasks.clear();
        }
        end();
    }

    private void work(List<Task> tasks) {
        List<Add> together = new ArrayList<>();
        for (Task task : tasks) {
            if (task instanceof Add add) {
                together.add(add);
                continue;
            }
            store(together);
            if (task instanceof Call<?> call) {
                answer(call);
            }
        }
        store(together);
    }

    private void store(List<Add> adds) {
        if (adds.isEmpty()) {
            return;
        }
        List<StoredEvent> events =
                adds.stream().flatMap(add -> add.events.stream()).toList();
        try {
            List<Outbox.Added> answers = transaction(Step.Of.STORE, (sql, now) -> table.insert(sql, events, now));
            int next = 0;
            for (Add add : adds) {
                add.answer.complete(answers.subList(next, next + add.events.size()));
                next += add.events.size();
            }
        } catch (Throwable trouble) { // whatever it is: the thread must live, and the callers know
            adds.forEach(add -> add.fail(said(trouble)));
        }
        adds.clear();
    }

    private <T> void answer(Call<T> call) {
        try {
            call.answer.complete(transaction(call.kind, call.work));
        } catch (Throwable trouble) { // as above
            call.fail(said(trouble));
        }
    }

    private Throwable said(Throwable trouble) {
        return trouble instanceof SQLException sql ? SqliteFile.trouble(file, sql) : trouble;
    }

    private <T> T transaction(Step.Of kind, OutboxTable.Work<T> work) throws SQLException {
        long now = now();
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN");
            try {
                T result = work.at(connection, now);
                options.steps.reached(kind.written);
                statement.executeUpdate("COMMIT");
                options.steps.reached(kind.committed);
                return result;
            } catch (Throwable trouble) {
                rollBack(statement);
                throw trouble;
            }
        }
    }

    private static void rollBack(Statement statement) {
        try {
            statement.executeUpdate("ROLLBACK");
        } catch (SQLException itsOwn) {
            // SQLite has done so already, as it does when the disk is full
        }
    }

    /** Never goes back: what waits for a time would wait for the clock to come there again. */
    private long now() throws SQLException {
        long now = clock.millis();
        long back = latest - now;
        if (back > ADJUSTED) {
            latest = now;
            transaction(Step.Of.OTHER, (sql, time) -> {
                table.shift(sql, back, time);
                return true;
            });
            LOG.log(
                    Level.WARNING,
                    "The clock was set back by {0} s; what waits in the outbox {1} waits no longer for it. Is the clock kept"
                            + " by NTP?",
                    back / 1000,
                    file);
        }
        latest = Math.max(latest, now);
        return latest;
    }

    private void end() {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException trouble) {
            LOG.log(
                    Level.WARNING,
                    "What is stored is safe; closing it failed. {0}",
                    SqliteFile.trouble(file, trouble).getMessage());
        }
    }

    /** Does what is queued, and returns when the thread is gone. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // a hurried close is one all the same
        gate.writeLock().lock();
        try {
            while (!closed) {
                closed = queue.offer(new End(), 1, TimeUnit.SECONDS);
            }
            thread.join(LAST_WORK.toMillis());
        } catch (InterruptedException hurried) {
            closed = true;
            interrupted = true;
        } finally {
            gate.writeLock().unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean hasEnded() {
        return !thread.isAlive();
    }
}
