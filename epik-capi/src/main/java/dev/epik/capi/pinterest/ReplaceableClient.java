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
 * The HTTP client in use, which is replaced when it stops working. An OutOfMemoryError anywhere in the JVM can end the
 * one thread of the JDK's client that transfers bytes. After that no exchange of the client succeeds.
 *
 * <p>If the thread of a client of our own has ended, the client is replaced before the next exchange, see
 * {@link SelectorThread}. Waiting for two exchanges to fail at their deadline would take a minute.
 *
 * <p>In all other cases the client is replaced after {@link #MAX_FAILURES} exchanges in a row without a complete
 * answer. The failures must span {@link #MIN_FAILURE_TIME}: otherwise the lack of memory that ended the old client
 * could end the new one too. A server that does not answer looks the same, and the replacement is then useless but
 * harmless. This happens at most once in {@link #MIN_INTERVAL}, unless memory ran out during the replacement.
 *
 * <p>The old client gets no new requests. Its exchanges end by themselves or at their deadline.
 *
 * <p>Thread-safe. {@link #close()} ends the threads of clients of our own. It does not close supplied clients.
 */
final class ReplaceableClient implements AutoCloseable {
    static final int MAX_FAILURES = 2;
    static final Duration MIN_FAILURE_TIME = Duration.ofSeconds(10);
    static final Duration MIN_INTERVAL = Duration.ofMinutes(5);

    private static final Logger LOG = System.getLogger(ReplaceableClient.class.getName());

    /** How long {@link #close()} waits for the threads of a client, on JDK 21 and later. */
    private static final Duration MAX_CLOSING = Duration.ofSeconds(2);

    private final Supplier<Made> source;
    private final Executor executor;
    private final LongSupplier nanoTime;

    private Made current;
    private SelectorThread thread;

    /** The threads of the previous client. Its last exchange has ended before the next replacement. */
    private @Nullable ExecutorService retired;

    private int failures;

    /** When the first of the failed exchanges in a row began. */
    private long failuresBegan;

    private int replaced;

    /** Whether the source is running. A source that never returns is not called again. */
    private boolean replacing;

    private boolean attempted;
    private long lastAttempt;

    /** Whether the current failure was logged. It ends with a complete answer. */
    private boolean logged;

    private boolean closed;

    /**
     * A client.
     *
     * @param threads the threads of a client of our own; null for a supplied client, which its owner closes
     */
    record Made(HttpClient client, @Nullable ExecutorService threads) {}

    /** The use of a client for one exchange, with its start by the monotonic clock. */
    record Use(HttpClient client, long began) {}

    /**
     * Makes the first client.
     *
     * @param source makes clients. If it throws, so does this constructor; during a replacement that is logged instead
     * @param executor runs the source for a replacement
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
     * Returns the current client for one exchange, whose end is passed to {@link #answered} or {@link #failed}. If the
     * thread of the client has ended, the client is replaced first.
     *
     * @throws IllegalStateException if that fails, for example because there is still no memory
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

    /** Records that an exchange got a complete answer. */
    synchronized void answered(Use use) {
        if (use.client() == current.client()) {
            failures = 0;
            logged = false;
        }
    }

    /** Records that an exchange got no complete answer, possibly because of the client. Never waits. */
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
            return false; // an exchange of the old client
        }
        failuresBegan = failures == 0 ? use.began() : failuresBegan;
        failures++;
        long now = nanoTime.getAsLong();
        boolean tooShort = now - failuresBegan < MIN_FAILURE_TIME.toNanos();
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
            Made unused = swap(next, MAX_FAILURES + " requests in a row had no complete answer");
            if (unused.threads() != null) {
                invoke(unused.client(), "shutdown"); // its exchanges can still end
            } else if (unused.equals(next)) {
                logOnce("The HTTP client has stopped working, and its supplier returned the same client again:"
                        + " make it return a new client each time");
            }
        } catch (VirtualMachineError e) {
            outOfMemory = true;
        } catch (Throwable e) { // of any type: the source may be the application's
            logOnce("The HTTP client has stopped working and cannot be replaced: "
                    + (e instanceof EpikException
                            ? e.getMessage()
                            : "its supplier threw " + e.getClass().getName()));
        } finally {
            endAttempt(outOfMemory);
        }
    }

    /** Replaces the client. Returns the client that is no longer in use. */
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

    /**
     * Aborts the exchanges of a client of our own, and ends its threads. On JDK 17 to 20 the JDK's own thread ends when
     * the client is garbage-collected.
     */
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

    /** Calls a method that HttpClient has since JDK 21, if it exists. */
    private static void invoke(HttpClient client, String method, Duration... arguments) {
        try {
            Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {Duration.class};
            HttpClient.class.getMethod(method, types).invoke(client, (Object[]) arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        } catch (ReflectiveOperationException ignored) {
            // JDK 17 to 20: the threads end when the client is garbage-collected
        }
    }
}
