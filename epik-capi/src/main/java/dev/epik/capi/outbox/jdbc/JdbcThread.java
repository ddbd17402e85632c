// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.JdbcOutbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A daemon of a {@link JdbcOutbox} that runs a loop. If something ends it, or if it hangs, another thread with a loop
 * of its own takes its place. Thread-safe.
 */
final class JdbcThread {
    private static final Logger LOG = System.getLogger(JdbcThread.class.getName());

    /**
     * How long a thread waits for the data source before it is interrupted. Most pools give up by themselves after 30 s
     * or less.
     */
    static final Duration CONNECTING = Duration.ofSeconds(10);

    /** The time that a thread gets to end after its connection was aborted or it was interrupted. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration MAX_GRACE = Duration.ofMinutes(5);

    /** The body of a thread, which runs it repeatedly. Used by one thread. */
    interface Loop {
        ThreadActivity activity();

        /**
         * Runs what is due, and waits if nothing is due. Returns false if the thread is to end. Contains exceptions of
         * its tasks.
         */
        boolean runOnce() throws InterruptedException;

        /** Returns the connection, if it holds one. */
        void end();
    }

    private final String name;
    private final ThreadFactory threads;
    private final Supplier<? extends Loop> loops;
    private Duration grace = GRACE;
    private ThreadActivity.@Nullable Operation interrupted;
    private volatile Loop loop;
    private volatile Thread thread;
    private final AtomicInteger replaced = new AtomicInteger();
    private boolean closed;

    JdbcThread(String name, ThreadFactory threads, Supplier<? extends Loop> loops) {
        this.name = name;
        this.threads = threads;
        this.loops = loops;
        this.loop = loops.get();
        this.thread = newThread(loop);
    }

    void start() {
        thread.start();
    }

    private Thread newThread(Loop next) {
        Thread made = threads.newThread(() -> run(next));
        made.setName(name);
        made.setDaemon(true);
        return made;
    }

    private static void run(Loop loop) {
        boolean open = true;
        while (open && !loop.activity().isAbandoned()) {
            try {
                open = loop.runOnce();
            } catch (InterruptedException e) {
                ContainedLog.log(LOG, Level.DEBUG, "A thread of the outbox was interrupted; ignored");
            } catch (Throwable e) { // the thread must live
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "Internal error in the outbox, which continues: {0}",
                        e.getClass().getName());
            }
        }
        loop.end();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    Loop loop() {
        return loop;
    }

    ThreadActivity activity() {
        return loop.activity();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    int replaced() {
        return replaced.get();
    }

    /**
     * Replaces the thread if it has ended, or hangs although its connection was aborted or it was interrupted. Called
     * by the supervisor. The second thread is given twice as long, and so on, so that a data source that always hangs
     * holds few of them.
     */
    synchronized void supervise(long now) {
        if (closed) {
            return;
        }
        if (!thread.isAlive()) {
            replace("has ended. Did the process run out of memory?");
            return;
        }
        ThreadActivity.Operation operation = activity().operation();
        if (operation == null || !operation.isOver(now, Duration.ZERO)) {
            return;
        }
        if (!operation.equals(interrupted)) {
            interrupted = operation;
            stop(operation);
        } else if (operation.isOver(now, grace)) {
            grace = grace.multipliedBy(2).compareTo(MAX_GRACE) < 0 ? grace.multipliedBy(2) : MAX_GRACE;
            activity().abandon();
            replace("hangs. Does the data source limit how long it connects and waits for a connection?");
        }
    }

    private void stop(ThreadActivity.Operation operation) {
        BorrowedConnection connection = operation.connection();
        if (connection == null) {
            thread.interrupt();
        } else {
            // On a thread of its own: some drivers connect once more, to have the server end the statement.
            Thread aborting = threads.newThread(connection::abort);
            aborting.setName("epik-outbox-abort");
            aborting.setDaemon(true);
            aborting.start();
        }
    }

    private void replace(String why) {
        replaced.incrementAndGet();
        ContainedLog.log(LOG, Level.ERROR, "The thread {0} " + why + " It is replaced", name);
        Loop next = loops.get();
        Thread made = newThread(next);
        loop = next;
        thread = made;
        made.start();
    }

    /** Ends the supervision: the thread is not replaced any more. */
    synchronized void close() {
        closed = true;
    }

    /** Waits until the thread has ended, for at most this long. */
    boolean join(Duration time) throws InterruptedException {
        thread.join(Math.max(1, time.toMillis()));
        return !thread.isAlive();
    }

    /** Aborts what the thread waits for. */
    synchronized void stop() {
        ThreadActivity.Operation operation = activity().operation();
        activity().abandon();
        if (operation != null && operation.connection() != null) {
            stop(operation);
        }
        thread.interrupt();
    }
}
