// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
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
 * <p>Work that is called on the writer's or the worker's own thread, by code that depends on a future, is done at once,
 * because to wait for it there would be to wait for ever.
 */
final class JdbcThreads {
    private static final Logger LOG = System.getLogger(JdbcThreads.class.getName());

    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_BYTES = 32 << 20;

    /** Between two looks for room in a full queue. */
    private static final Duration ROOM = Duration.ofMillis(2);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration MAX_FLUSH = Duration.ofSeconds(8);
    private static final Duration MAX_CLOSING = Duration.ofSeconds(10);

    /** Of calls within calls on one of our own threads; beyond that an event is queued. */
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

    /** Touched by the writer's thread alone. */
    private int nested;

    JdbcThreads(JdbcAccess access, ThreadFactory threads) {
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
    static ThreadFactory factory() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return work -> {
            Thread thread = new Thread(null, work, "epik-outbox", 0, false);
            thread.setContextClassLoader(loader);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs a task on a thread of our own, where no transaction of the caller's is at hand. */
    static <T> T runApart(ThreadFactory threads, Callable<T> task) {
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
    CompletableFuture<Outbox.Added> add(StoredEvent event, Duration limit, boolean isBulk) {
        PendingEvent pending = new PendingEvent(event, limit, isBulk);
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
        WriterQueue.Offered offered = events.offer(pending, pending.isBulk);
        while (offered == WriterQueue.Offered.FULL && pending.nanosLeft() > 0 && !writer.isCurrent()) {
            if (Thread.currentThread().isInterrupted()) {
                pending.fail("Interrupted while the queue of the outbox was full", null);
                return;
            }
            LockSupport.parkNanos(this, ROOM.toNanos());
            offered = events.offer(pending, pending.isBulk);
        }
        if (offered == WriterQueue.Offered.FULL) {
            pending.answer(Outbox.Added.FULL);
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

    /** Does the work in a transaction on the worker's thread, and returns when that is committed. */
    <T> T call(Step.Of kind, OutboxTable.Work<T> work) {
        if (worker.isCurrent()) {
            return JdbcWorker.run(access, new Activity(), kind, work);
        }
        if (writer.isCurrent() && writer.loop() instanceof JdbcWriter here) {
            here.giveBack(); // the pool may have one connection alone
            return JdbcWorker.run(access, here.activity(), kind, work);
        }
        ensureSupervised();
        JdbcWorker.Call<T> call = new JdbcWorker.Call<>(kind, work);
        WriterQueue.Offered offered = calls.offer(call, false);
        if (offered == WriterQueue.Offered.CLOSED) {
            throw new OutboxException("The outbox is closed: close what uses it first");
        }
        if (offered == WriterQueue.Offered.FULL) {
            throw new OutboxException(
                    "Too many calls wait for the database of the outbox: does it hang? Nothing was changed");
        }
        return call.await();
    }

    int replaced() {
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
                look();
                LockSupport.parkNanos(this, LOOK.toNanos());
                if (Thread.interrupted()) {
                    ContainedLog.log(LOG, Level.DEBUG, "The supervisor of the outbox was interrupted; ignored");
                }
            } catch (Throwable e) { // the thread must live
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "Supervising the outbox failed: {0}",
                        e.getClass().getName());
                LockSupport.parkNanos(this, LOOK.toNanos());
            }
        }
    }

    private boolean isQuiet() {
        return open.isEmpty()
                && calls.isEmpty()
                && writer.activity().doing() == null
                && worker.activity().doing() == null
                && !closed;
    }

    private void look() {
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

    /** Stores what is queued, does what was called, and ends the threads. Returns after 10 s at most. */
    void close() {
        boolean wasInterrupted = Thread.interrupted(); // an interrupted thread closes as well
        events.close();
        long end = System.nanoTime() + MAX_CLOSING.toNanos();
        boolean interrupted = join(writer, System.nanoTime() + MAX_FLUSH.toNanos());
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

    /** Waits for the end of the thread, and then ends what it waits for. Returns whether the caller was interrupted. */
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
