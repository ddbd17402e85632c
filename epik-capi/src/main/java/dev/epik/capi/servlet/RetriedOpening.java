// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Opens a client. If the first attempt fails, it tries again in the background after 1 s, then after twice the time, up
 * to 60 s, until it succeeds or {@link #stop} is called. Everything that an attempt throws is contained, and each
 * distinct failure is logged once. Thread-safe.
 */
final class RetriedOpening {
    /** Named after the class that shops know, so that their log settings hold for it. */
    private static final Logger LOG = System.getLogger(EpikContextListener.class.getName());

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** How long {@link #stop} waits for a running attempt. */
    private static final Duration MAX_STOP = Duration.ofSeconds(10);

    /** The number of distinct failures that are remembered as logged. */
    private static final int MAX_LOGGED = 100;

    /** Waits between two attempts. */
    @FunctionalInterface
    interface Wait {
        void between(Duration time) throws InterruptedException;
    }

    private final Callable<EpikClient> attempt;
    private final Runnable closeAll;
    private final Wait wait;
    private final Thread thread = new Thread(this::retry, "epik-open");
    private final Set<String> logged = new HashSet<>();
    private int failures;

    private volatile EpikClient client = EpikClient.unavailable("Epik is being opened");
    private volatile boolean stopped;

    /**
     * Makes no attempt yet.
     *
     * @param attempt opens the client and everything that it needs
     * @param closeAll closes everything that an attempt has opened
     * @param wait waits between two attempts
     */
    RetriedOpening(Callable<EpikClient> attempt, Runnable closeAll, Wait wait) {
        this.attempt = attempt;
        this.closeAll = closeAll;
        this.wait = wait;
        thread.setDaemon(true);
    }

    /** Returns the client once it is open, and before that a client that fails every submit with the reason. */
    EpikClient client() {
        return client;
    }

    /** Makes the first attempt on the calling thread, and starts the thread for more if it fails. Never throws. */
    void start() {
        if (!isOpenAfterAttempt()) {
            try {
                thread.start();
            } catch (Throwable e) { // such as an OutOfMemoryError: no thread can be created
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "Epik is not opened again until the application is restarted: {0}",
                        reason(e));
            }
        }
    }

    /** Ends the attempts. Returns whether the thread has ended; a thread that has not will close what it opens. */
    boolean stop() {
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
            EpikClient opened = attempt.call();
            synchronized (this) {
                if (!stopped) {
                    client = opened;
                }
            }
            if (stopped) {
                closeAll.run();
            } else if (failures > 0) {
                ContainedLog.log(
                        LOG, Level.INFO, "Epik is open now, after {0} failed attempts. Sales are reported.", failures);
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
            client = EpikClient.unavailable("Epik could not be opened. " + reason);
            if (logged.size() >= MAX_LOGGED) {
                logged.clear();
            }
            if (!stopped && logged.add(reason)) {
                ContainedLog.log(
                        LOG,
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
    static String reason(Throwable e) {
        return e instanceof EpikException
                ? String.valueOf(e.getMessage())
                : e.getClass().getName();
    }
}
