// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.opening;

import dev.epik.capi.EpikException;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Opens a client or an outbox. If the first attempt fails, it tries again in the background after 1 s, then after twice
 * the time, up to 60 s, until it succeeds or {@link #stop} is called. Everything that an attempt throws is contained,
 * and each distinct failure is logged once. Thread-safe.
 *
 * @param <T> the type of what is opened
 */
public final class RetriedOpening<T> {
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** How long {@link #stop} waits for a running attempt. */
    private static final Duration MAX_STOP = Duration.ofSeconds(10);

    /** The number of distinct failures that are remembered as logged. */
    private static final int MAX_LOGGED = 100;

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Wait {
        /** Waits for this time. */
        void between(Duration time) throws InterruptedException;
    }

    private final Logger log;
    private final Callable<? extends T> attempt;
    private final Runnable closeAll;
    private final Function<String, ? extends T> unavailable;
    private final Wait wait;
    private final Thread thread = new Thread(this::retry, "epik-open");
    private final Set<String> logged = new HashSet<>();
    private int failures;

    private volatile T current;
    private volatile boolean stopped;

    /**
     * Makes no attempt yet.
     *
     * @param log the logger of the class that shops know, so that their log settings hold for it
     * @param attempt opens the client and everything that it needs
     * @param closeAll closes everything that an attempt has opened
     * @param unavailable returns what stands for the client while it cannot be opened, for the given reason
     * @param wait waits between two attempts
     */
    public RetriedOpening(
            Logger log,
            Callable<? extends T> attempt,
            Runnable closeAll,
            Function<String, ? extends T> unavailable,
            Wait wait) {
        this.log = log;
        this.attempt = attempt;
        this.closeAll = closeAll;
        this.unavailable = unavailable;
        this.current = unavailable.apply("Epik is being opened");
        this.wait = wait;
        thread.setDaemon(true);
    }

    /** Returns what was opened, and before that what stands for it. */
    public T current() {
        return current;
    }

    /** Makes the first attempt on the calling thread, and starts the thread for more if it fails. Never throws. */
    public void start() {
        if (!isOpenAfterAttempt()) {
            try {
                thread.start();
            } catch (Throwable e) { // such as an OutOfMemoryError: no thread can be created
                ContainedLog.log(
                        log,
                        Level.ERROR,
                        "Epik is not opened again until the application is restarted: {0}",
                        reason(e));
            }
        }
    }

    /** Ends the attempts. Returns whether the thread has ended; a thread that has not will close what it opens. */
    public boolean stop() {
        synchronized (this) {
            stopped = true;
        }
        thread.interrupt();
        try {
            thread.join(MAX_STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void retry() {
        while (!stopped) {
            try {
                wait.between(waitAfter(failures));
            } catch (InterruptedException ignored) {
                // stop() ends the loop; any other interrupt only makes the next attempt come sooner
            }
            if (stopped || isOpenAfterAttempt()) {
                return;
            }
        }
    }

    /** Returns how long to wait after this number of failures in a row (at least one): 1, 2, 4 … 60 s. */
    static Duration waitAfter(int failures) {
        Duration wait = Duration.ofSeconds(1L << Math.min(failures - 1, 6));
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }

    private boolean isOpenAfterAttempt() {
        try {
            T opened = attempt.call();
            synchronized (this) {
                if (!stopped) {
                    current = opened;
                }
            }
            if (stopped) {
                closeAll.run();
            } else if (failures > 0) {
                ContainedLog.log(
                        log, Level.INFO, "Epik is open now, after {0} failed attempts. Sales are reported.", failures);
            }
            return true;
        } catch (Throwable e) { // also a driver that is missing, or cannot load its library
            if (e instanceof InterruptedException && Thread.currentThread() != thread) {
                Thread.currentThread().interrupt();
            }
            failed(e);
            return false;
        }
    }

    private void failed(Throwable e) {
        failures++;
        try {
            closeAll.run();
            String reason = reason(e);
            current = unavailable.apply("Epik could not be opened. " + reason);
            if (logged.size() >= MAX_LOGGED) {
                logged.clear();
            }
            if (!stopped && logged.add(reason)) {
                ContainedLog.log(
                        log,
                        Level.ERROR,
                        "Epik could not be opened. The shop runs on, and no sale is reported. Opening is tried again"
                                + " until it succeeds, at least every {0} s. {1}",
                        MAX_WAIT.toSeconds(),
                        reason);
            }
        } catch (Throwable ignored) { // such as an OutOfMemoryError: the next attempt reports the failure
        }
    }

    /**
     * Returns the message of an exception of ours, which names the cure. Of any other failure it returns only the type,
     * because the message may quote a secret.
     */
    public static String reason(Throwable e) {
        return e instanceof EpikException
                ? String.valueOf(e.getMessage())
                : e.getClass().getName();
    }
}
