// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The only thread that uses an outbox file. Stores waiting events together in one transaction, with one sync of the
 * disk: the slower the disk, the more events per transaction. Thread-safe.
 *
 * <p><b>Failures.</b> An exception fails the task that threw it, and the thread continues. If the thread ends
 * nevertheless, the next call replaces it, and the tasks that it was running fail. No caller waits for a result longer
 * than {@link SqliteOptions#answerWait}.
 */
public final class SqliteWriter implements SqliteExecutor {
    private static final Logger LOG = System.getLogger(SqliteWriter.class.getName());
    private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(30);

    /** How often a waiting caller checks whether the thread is alive. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final Path file;
    private final SqliteTasks tasks;
    private final SqliteOptions options;
    private final WriterQueue<SqliteTasks.Task> queue;

    /** Guards the thread's replacement. */
    private final Object lifecycle = new Object();

    private volatile Thread thread = new Thread(() -> {});
    private volatile int replaced;

    // --- used by the writer thread alone; a thread that replaces it sees what the ended one left

    private final List<SqliteTasks.Task> currentTasks = new ArrayList<>(SqliteTasks.MAX_AT_ONCE);

    public SqliteWriter(SqliteTasks tasks, SqliteOptions options) {
        this.file = tasks.file;
        this.tasks = tasks;
        this.options = options;
        this.queue = new WriterQueue<>(options.queueSize());
        begin();
    }

    @Override
    public CompletableFuture<List<EventStore.Added>> add(List<StoredEvent> events) {
        SqliteTasks.Add add = new SqliteTasks.Add(List.copyOf(events), new CompletableFuture<>());
        if (!queue(add)) {
            add.answer()
                    .complete(
                            events.stream().map(event -> EventStore.Added.FULL).toList());
        }
        return add.answer();
    }

    @Override
    public <T> T call(TransactionKind kind, OutboxTable.Work<T> work) {
        if (Thread.currentThread() == thread) {
            throw new EpikException(
                    "Blocking call on the writer thread of the outbox: use thenAcceptAsync(…, executor) for work"
                            + " that follows add()");
        }
        SqliteTasks.Call<T> call = new SqliteTasks.Call<>(kind, work, new CompletableFuture<>());
        if (!queue(call)) {
            throw new OutboxException("The queue of the outbox " + file + " was full for "
                    + options.submitWait().toMillis()
                    + " ms: the disk is slower than what is stored; nothing was changed");
        }
        return await(call);
    }

    /** Waits for the result. An interrupted caller waits too: it may be writing its last outcomes. */
    private <T> T await(SqliteTasks.Call<T> call) {
        boolean interrupted = false;
        long end = System.nanoTime() + options.answerWait().toNanos();
        try {
            while (true) {
                try {
                    long left = Math.max(0, end - System.nanoTime());
                    return call.answer().get(Math.min(left, CHECK_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    ensureAlive();
                    if (end - System.nanoTime() <= 0) {
                        SqliteTasks.fail(call, tooSlow()); // a failed call is not started any more
                    }
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException ours ? ours : new OutboxException(describeError(e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private OutboxException tooSlow() {
        return new OutboxException("The outbox " + file + " did not answer within "
                + options.answerWait().toSeconds() + " s: does its disk hang? It may have been changed all the same");
    }

    private String describeError(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return "The outbox " + file + " failed: " + cause.getClass().getName();
    }

    /** Returns false if the queue is full. */
    private boolean queue(SqliteTasks.Task task) {
        try {
            ensureAlive();
            WriterQueue.Offered offered = queue.offer(task, options.submitWait());
            if (offered == WriterQueue.Offered.CLOSED) {
                SqliteTasks.fail(
                        task,
                        new OutboxException("The outbox " + file
                                + " is closed: close what uses it first, and store nothing after"));
            }
            return offered != WriterQueue.Offered.FULL;
        } catch (OutboxException e) {
            SqliteTasks.fail(task, e);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            SqliteTasks.fail(
                    task,
                    new OutboxException("Interrupted while the queue of the outbox was full: nothing was changed"));
            return true;
        }
    }

    // --- the thread

    private void begin() {
        Thread next = options.threads().newThread(this::run);
        next.setDaemon(true);
        thread = next;
        next.start();
    }

    /** Replaces the thread if something ended it although the outbox is open. */
    private void ensureAlive() {
        if (thread.isAlive() || queue.isClosed()) {
            return;
        }
        synchronized (lifecycle) {
            if (thread.isAlive() || queue.isClosed()) {
                return;
            }
            failCurrentTasks();
            try {
                begin();
            } catch (Throwable e) {
                throw new OutboxException("The thread of the outbox " + file + " has ended and cannot be started: "
                        + e.getClass().getName() + ". Nothing was changed");
            }
            replaced++;
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "The thread of the outbox {0} has ended and is replaced. Did the process run out of memory?",
                    file);
        }
    }

    private void failCurrentTasks() {
        for (SqliteTasks.Task task : currentTasks) {
            SqliteTasks.fail(
                    task,
                    OutboxException.maybeStored(
                            "The thread of the outbox " + file
                                    + " ended while it worked: did the process run out of memory? It may have been changed all the same",
                            null));
        }
        currentTasks.clear();
    }

    @Override
    public int replaced() {
        return replaced;
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                open = queue.take(currentTasks, SqliteTasks.MAX_AT_ONCE);
                tasks.work(currentTasks);
            } catch (InterruptedException e) {
                ContainedLog.log(LOG, Level.WARNING, "The thread of the outbox was interrupted; ignored");
            } catch (Throwable e) { // the thread must live
                currentTasks.forEach(task -> SqliteTasks.fail(task, e));
            }
            currentTasks.clear();
        }
        tasks.close();
    }

    /** Runs the queued tasks, and returns when the thread has ended, after at most 30 s. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // an interrupted caller closes as well
        try {
            ensureAlive();
        } catch (OutboxException ignored) {
            // the queued tasks fail below
        }
        queue.close();
        long end = System.nanoTime() + MAX_CLOSE_TIME.toNanos();
        while (thread.isAlive() && end - System.nanoTime() > 0) {
            try {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
                end = Math.min(end, System.nanoTime() + CHECK_INTERVAL.toNanos());
            }
        }
        if (!thread.isAlive()) {
            failRest();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails the tasks that an ended thread has left. */
    private void failRest() {
        synchronized (lifecycle) {
            failCurrentTasks();
            queue.poll(currentTasks, Integer.MAX_VALUE, 0);
            failCurrentTasks();
            if (!tasks.isClosed()) {
                tasks.close();
            }
        }
    }

    @Override
    public boolean hasEnded() {
        return !thread.isAlive();
    }
}
