// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.queue.PendingEvent;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a {@link JdbcOutbox}: a writer that stores, a worker that does everything else, and a supervisor that
 * answers callers at their deadlines, aborts connections that hang and replaces threads. They use two connections at
 * most. Thread-safe.
 *
 * <p>A call on the writer or worker thread itself, from code that depends on a future, runs at once: waiting there
 * would be a deadlock.
 */
public final class JdbcThreads {
    private static final Logger LOG = System.getLogger(JdbcThreads.class.getName());

    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_BYTES = 32 << 20;

    /** How often a caller checks a full queue for room. */
    private static final Duration ROOM_CHECK_INTERVAL = Duration.ofMillis(2);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);
    private static final Duration MAX_FLUSH_TIME = Duration.ofSeconds(8);
    private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(10);

    /** The maximum depth of calls within calls on the writer thread; beyond it an event is queued. */
    private static final int MAX_NESTED = 8;

    private final JdbcAccess access;
    private final WriterQueue<PendingEvent> events =
            new WriterQueue<>(MAX_EVENTS, MAX_BYTES, pending -> pending.event.bytes());
    private final WriterQueue<JdbcWorker.Call<?>> calls = JdbcWorker.queue();

    /** The events that are not answered, wherever they are. */
    private final Set<PendingEvent> open = ConcurrentHashMap.newKeySet();

    private final JdbcThread writer;
    private final JdbcThread worker;
    private final ThreadFactory threads;
    private final Object lifecycle = new Object();
    private volatile Thread supervisor = new Thread(() -> {});
    private volatile boolean parked;
    private volatile boolean closed;

    /** Used by the writer thread alone. */
    private int nested;

    public JdbcThreads(JdbcAccess access, ThreadFactory threads) {
        this.access = access;
        this.threads = threads;
        this.writer = new JdbcThread("epik-outbox-writer", threads, () -> new JdbcWriter(access, events));
        this.worker = new JdbcThread("epik-outbox-worker", threads, () -> new JdbcWorker(access, calls));
        worker.start();
        writer.start();
        startSupervisor();
    }

    /**
     * Returns a factory of threads that inherit nothing from the thread that happens to need one, but the class loader
     * of the one that opens the outbox.
     */
    public static ThreadFactory factory() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return work -> {
            Thread thread = new Thread(null, work, "epik-outbox", 0, false);
            thread.setContextClassLoader(loader);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs a task on a new thread, which has no transaction of the caller. */
    public static <T> T runApart(ThreadFactory threads, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = threads.newThread(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setName("epik-outbox-open");
        thread.start();
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.interrupt();
            throw new OutboxException("Interrupted while the outbox was opened", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw new OutboxException("The outbox cannot be opened: " + e.getCause(), e.getCause());
        }
    }

    /** Stores an event; see {@link Outbox#add(StoredEvent, Duration)}. */
    public CompletableFuture<EventStore.Added> add(StoredEvent event, Duration limit, WriterQueue.Priority priority) {
        PendingEvent pending = new PendingEvent(event, limit, priority);
        if (closed) {
            pending.fail("The outbox is closed: close what uses it first, and store nothing after", null);
            return pending.answer;
        }
        var unused = pending.answer.whenComplete((added, e) -> open.remove(pending));
        if (!storeHere(pending)) {
            offer(pending);
        }
        open.add(pending); // and not before: an event that waits for room is answered by its caller
        if (pending.isAnswered()) {
            open.remove(pending);
        }
        ensureSupervised();
        return pending.answer;
    }

    private void offer(PendingEvent pending) {
        WriterQueue.Offered offered = events.offer(pending, pending.priority);
        while (offered == WriterQueue.Offered.FULL && pending.nanosLeft() > 0 && !writer.isCurrent()) {
            if (Thread.currentThread().isInterrupted()) {
                pending.fail("Interrupted while the queue of the outbox was full", null);
                return;
            }
            LockSupport.parkNanos(this, ROOM_CHECK_INTERVAL.toNanos());
            offered = events.offer(pending, pending.priority);
        }
        if (offered == WriterQueue.Offered.FULL) {
            pending.answer(EventStore.Added.FULL);
        } else if (offered == WriterQueue.Offered.CLOSED) {
            pending.fail("The outbox is closed: close what uses it first, and store nothing after", null);
        }
    }

    /** Stores the event at once if the caller is the writer itself. */
    private boolean storeHere(PendingEvent pending) {
        if (!writer.isCurrent() || nested >= MAX_NESTED || !(writer.loop() instanceof JdbcWriter here)) {
            return false;
        }
        nested++;
        try {
            here.storeTogether(List.of(pending));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pending.fail("Interrupted while the outbox stored", e);
        } finally {
            nested--;
        }
        return true;
    }

    /** Runs the work in a transaction on the worker thread, and returns when that is committed. */
    public <T> T call(TransactionKind kind, OutboxTable.Work<T> work) {
        if (worker.isCurrent()) {
            return JdbcWorker.run(access, new ThreadActivity(), kind, work);
        }
        if (writer.isCurrent() && writer.loop() instanceof JdbcWriter here) {
            here.giveBack(); // the pool may have one connection alone
            return JdbcWorker.run(access, here.activity(), kind, work);
        }
        ensureSupervised();
        JdbcWorker.Call<T> call = new JdbcWorker.Call<>(kind, work);
        WriterQueue.Offered offered = calls.offer(call, WriterQueue.Priority.NORMAL);
        if (offered == WriterQueue.Offered.CLOSED) {
            throw new OutboxException("The outbox is closed: close what uses it first");
        }
        if (offered == WriterQueue.Offered.FULL) {
            throw new OutboxException(
                    "Too many calls wait for the database of the outbox: does it hang? Nothing was changed");
        }
        return call.await();
    }

    public int replaced() {
        return writer.replaced() + worker.replaced();
    }

    // --- the supervisor

    private void startSupervisor() {
        Thread next = threads.newThread(this::supervise);
        next.setName("epik-outbox-supervisor");
        supervisor = next;
        next.start();
    }

    /** Wakes the supervisor, or replaces it if something ended it. */
    private void ensureSupervised() {
        if (parked) {
            parked = false;
            LockSupport.unpark(supervisor);
        }
        if (!supervisor.isAlive() && !closed) {
            synchronized (lifecycle) {
                if (!supervisor.isAlive() && !closed) {
                    startSupervisor();
                }
            }
        }
    }

    private void supervise() {
        while (!closed) {
            try {
                if (isQuiet()) {
                    parked = true;
                    if (isQuiet()) {
                        LockSupport.park(this);
                    }
                    parked = false;
                }
                checkDeadlines();
                LockSupport.parkNanos(this, CHECK_INTERVAL.toNanos());
                if (Thread.interrupted()) {
                    ContainedLog.log(LOG, Level.DEBUG, "The supervisor of the outbox was interrupted; ignored");
                }
            } catch (Throwable e) { // the thread must live
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "Supervising the outbox failed: {0}",
                        e.getClass().getName());
                LockSupport.parkNanos(this, CHECK_INTERVAL.toNanos());
            }
        }
    }

    private boolean isQuiet() {
        return open.isEmpty()
                && calls.isEmpty()
                && writer.activity().operation() == null
                && worker.activity().operation() == null
                && !closed;
    }

    private void checkDeadlines() {
        long now = System.nanoTime();
        boolean anyLate = false;
        String reason = writer.activity().isConnecting()
                ? "the data source gave no connection. Its pool needs two for Epik; a caller that holds its last one stores by"
                        + " submit(Connection, …)"
                : "the database is too slow";
        for (PendingEvent pending : open) {
            anyLate |= pending.failIfLate(now, reason);
        }
        if (anyLate) {
            events.removeIf(PendingEvent::isAnswered);
        }
        writer.supervise(now);
        worker.supervise(now);
    }

    // --- closing

    /** Stores the queued events, runs the queued calls, and ends the threads. Returns after at most 10 s. */
    public void close() {
        boolean wasInterrupted = Thread.interrupted(); // an interrupted caller closes as well
        events.close();
        long end = System.nanoTime() + MAX_CLOSE_TIME.toNanos();
        boolean interrupted = join(writer, System.nanoTime() + MAX_FLUSH_TIME.toNanos());
        calls.close();
        interrupted |= join(worker, end);
        closed = true;
        LockSupport.unpark(supervisor);
        for (PendingEvent pending : open) {
            pending.fail("The outbox was closed before it could be stored", null);
        }
        List<JdbcWorker.Call<?>> left = new ArrayList<>();
        calls.poll(left, Integer.MAX_VALUE, 0);
        left.forEach(call -> call.fail(new OutboxException("The outbox is closed. Nothing was changed")));
        if (wasInterrupted || interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the thread ends, or aborts what it waits for. Returns whether the caller was interrupted. */
    private static boolean join(JdbcThread thread, long end) {
        boolean interrupted = false;
        thread.close();
        try {
            if (thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                return false;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        thread.stop();
        return interrupted;
    }
}
