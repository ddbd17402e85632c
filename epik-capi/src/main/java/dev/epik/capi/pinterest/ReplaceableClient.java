// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client in use, which is replaced when it stops working. An OutOfMemoryError anywhere in the JVM may end the
 * one thread of the JDK's client that moves bytes. From then on no exchange of that client succeeds.
 *
 * <p>A client of ours whose thread has ended is replaced before the next exchange, see {@link SelectorThread}. Two
 * exchanges that fail at their deadline would take a minute.
 *
 * <p>In any other case, after {@link #MAX_FAILURES} exchanges in a row without a whole answer, another client takes
 * over. The failures must span {@link #MIN_TROUBLE}: otherwise the lack of memory that ended the old client would end
 * the new one as well. A server that does not answer looks the same. The client is then replaced for nothing, which
 * does no harm. This happens at most once in {@link #MIN_INTERVAL}, unless memory ran out during the replacement.
 *
 * <p>The old client gets no new requests. Its exchanges end by themselves or at their deadline.
 *
 * <p>Thread-safe. {@link #close()} ends the threads of our own clients and leaves supplied ones as they are.
 */
final class ReplaceableClient implements AutoCloseable {
    static final int MAX_FAILURES = 2;
    static final Duration MIN_TROUBLE = Duration.ofSeconds(10);
    static final Duration MIN_INTERVAL = Duration.ofMinutes(5);

    private static final Logger LOG = System.getLogger(ReplaceableClient.class.getName());

    /** How long {@link #close()} waits for the threads of a client, since JDK 21. */
    private static final Duration MAX_CLOSING = Duration.ofSeconds(2);

    private final Supplier<Made> source;
    private final Executor executor;
    private final LongSupplier nanoTime;

    private Made current;
    private SelectorThread thread;

    /** The threads of the client before. Its last exchange has ended when the next replacement comes. */
    private @Nullable ExecutorService retired;

    private int failures;

    /** When the first exchange of the failures in a row began. */
    private long troubleBegan;

    private int replaced;

    /** Whether the source is being asked. A source that never returns is not asked again. */
    private boolean replacing;

    private boolean attempted;
    private long lastAttempt;

    /** Whether the current trouble was logged. It ends with a whole answer. */
    private boolean logged;

    private boolean closed;

    /**
     * A client.
     *
     * @param threads those that our own client runs on; null for a supplied client, which is not ours to close
     */
    record Made(HttpClient client, @Nullable ExecutorService threads) {}

    /** An exchange of a client, since a time of the monotonic clock. */
    record Use(HttpClient client, long began) {}

    /**
     * Makes the first client.
     *
     * @param source makes clients; what it throws is thrown here, and logged when a client is replaced
     * @param executor runs the source when a client is replaced
     * @param nanoTime a monotonic clock
     */
    ReplaceableClient(Supplier<Made> source, Executor executor, LongSupplier nanoTime) {
        this.source = source;
        this.executor = executor;
        this.nanoTime = nanoTime;
        this.current = source.get();
        this.thread = threadOf(current);
    }

    private static SelectorThread threadOf(Made made) {
        return made.threads() == null ? SelectorThread.UNKNOWN : SelectorThread.of(made.client());
    }

    /**
     * Returns the current client for one exchange, of which {@link #answered} or {@link #failed} is told. Replaces it
     * first if its thread has ended.
     *
     * @throws IllegalStateException if that fails, for example because there is no memory yet
     */
    Use use() {
        if (hasEnded()) {
            try {
                swap(source.get(), "its thread had ended. Did the process run out of memory?");
            } catch (Throwable e) {
                throw new IllegalStateException("The HTTP client's thread has ended, and it cannot be replaced", e);
            }
        }
        synchronized (this) {
            return new Use(current.client(), nanoTime.getAsLong());
        }
    }

    private synchronized boolean hasEnded() {
        return !closed && thread.hasEnded();
    }

    /** Returns how often the client was replaced. */
    synchronized int replaced() {
        return replaced;
    }

    /** Notes that an exchange got a whole answer. */
    synchronized void answered(Use use) {
        if (use.client() == current.client()) {
            failures = 0;
            logged = false;
        }
    }

    /** Notes that an exchange got no whole answer, and that the client may be the reason. Never waits. */
    void failed(Use use) {
        if (isReplacementDue(use)) {
            try {
                executor.execute(this::replace);
            } catch (Throwable ignored) { // no thread can be started; the next failure tries again
                endAttempt(true);
            }
        }
    }

    private synchronized boolean isReplacementDue(Use use) {
        if (use.client() != current.client()) {
            return false; // an exchange that the old client still had
        }
        troubleBegan = failures == 0 ? use.began() : troubleBegan;
        failures++;
        long now = nanoTime.getAsLong();
        boolean tooShort = now - troubleBegan < MIN_TROUBLE.toNanos();
        boolean tooSoon = attempted && now - lastAttempt < MIN_INTERVAL.toNanos();
        if (failures < MAX_FAILURES || tooShort || tooSoon || replacing || closed) {
            return false;
        }
        replacing = true;
        attempted = true;
        lastAttempt = now;
        return true;
    }

    private void replace() {
        boolean outOfMemory = false;
        try {
            Made next = source.get();
            Made unused = swap(next, MAX_FAILURES + " requests in a row had no whole answer");
            if (unused.threads() != null) {
                invoke(unused.client(), "shutdown"); // and lets its exchanges end
            } else if (unused.equals(next)) {
                logOnce("The HTTP client has stopped working, and its supplier returned the same one again:"
                        + " let it make a new one each time");
            }
        } catch (VirtualMachineError e) {
            outOfMemory = true;
        } catch (Throwable e) { // the source may be the application's: anything may come out of it
            logOnce("The HTTP client has stopped working and cannot be replaced: "
                    + (e instanceof EpikException
                            ? e.getMessage()
                            : "its supplier threw " + e.getClass().getName()));
        } finally {
            endAttempt(outOfMemory);
        }
    }

    /** Returns the client that is not in use from now on. */
    private Made swap(Made next, String reason) {
        SelectorThread nextThread = threadOf(next);
        Made old;
        synchronized (this) {
            if (closed || next.client() == current.client()) {
                return next;
            }
            end(retired);
            old = current;
            retired = old.threads();
            current = next;
            thread = nextThread;
            failures = 0;
            replaced++;
        }
        logOnce("The HTTP client was replaced: " + reason);
        return old;
    }

    private synchronized void endAttempt(boolean retryAtNextFailure) {
        replacing = false;
        attempted = attempted && !retryAtNextFailure;
    }

    private void logOnce(String message) {
        synchronized (this) {
            if (logged || closed) {
                return;
            }
            logged = true;
        }
        LOG.log(Level.WARNING, message);
    }

    /** Aborts the exchanges of our own client. On JDK 17 to 20 its own thread ends with the garbage collector. */
    @Override
    public synchronized void close() {
        closed = true;
        if (current.threads() != null) {
            invoke(current.client(), "shutdownNow");
            invoke(current.client(), "awaitTermination", MAX_CLOSING);
        }
        end(current.threads());
        end(retired);
    }

    private static void end(@Nullable ExecutorService threads) {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    /** Calls a method that HttpClient has since JDK 21, if it is there. */
    private static void invoke(HttpClient client, String method, Duration... arguments) {
        try {
            Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {Duration.class};
            HttpClient.class.getMethod(method, types).invoke(client, (Object[]) arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        } catch (ReflectiveOperationException ignored) {
            // JDK 17 to 20: the garbage collector does it
        }
    }
}
