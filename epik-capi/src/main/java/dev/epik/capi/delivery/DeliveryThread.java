// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The daemon thread that runs a {@link DeliveryEngine}, parked while nothing is due. If it ends, {@link #ensureAlive}
 * replaces it, and the engine continues. Thread-safe.
 */
final class DeliveryThread {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    /** The pause after a failure that the engine could not catch, such as no memory while logging. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    /** The time after the drain time in which the thread writes the last outcomes. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(4);

    /** The interval in which a drain checks the engine, in case the thread has ended. */
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final ThreadFactory threads;
    private @Nullable DeliveryEngine engine;
    private volatile Thread thread = new Thread(() -> {});
    private final AtomicInteger replaced = new AtomicInteger();

    /** Notified when the engine has done everything that was due. Guards no state. */
    private final Object ran = new Object();

    private volatile boolean woken;
    private volatile boolean closing;

    DeliveryThread() {
        this(work -> new Thread(work, "epik-delivery"));
    }

    DeliveryThread(ThreadFactory threads) {
        this.threads = threads;
    }

    synchronized void start(DeliveryEngine theEngine) {
        engine = theEngine;
        begin(theEngine);
    }

    private void begin(DeliveryEngine theEngine) {
        Thread next = threads.newThread(() -> run(theEngine));
        next.setDaemon(true);
        thread = next;
        next.start();
    }

    /** Replaces the thread if it has ended. */
    synchronized void ensureAlive() {
        if (engine != null && !closing && !thread.isAlive()) {
            LOG.log(Level.ERROR, "The delivery thread has ended and is replaced. Did the process run out of memory?");
            replaced.incrementAndGet();
            begin(engine);
        }
    }

    /** Returns how often the thread was replaced. */
    int replaced() {
        return replaced.get();
    }

    /** Returns the position of the thread in the code, for the log line about a stuck thread. */
    String position() {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length == 0 ? "nowhere" : stack[0].toString();
    }

    void wakeUp() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run(DeliveryEngine engine) {
        while (!closing) {
            try {
                woken = false;
                long nanos = engine.run();
                if (engine.isDrained()) {
                    synchronized (ran) {
                        ran.notifyAll();
                    }
                }
                if (nanos > 0 && !woken && !closing) {
                    LockSupport.parkNanos(this, nanos);
                }
                if (Thread.interrupted() && !closing) {
                    LOG.log(Level.WARNING, "The delivery thread was interrupted; ignored");
                }
            } catch (Throwable e) { // the thread must live
                logSafely(e);
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
        try {
            engine.close();
        } catch (Throwable e) {
            logSafely(e);
        }
    }

    private static void logSafely(Throwable e) {
        try {
            LOG.log(
                    Level.ERROR,
                    "Delivery failed, and goes on: {0}",
                    e.getClass().getName());
        } catch (Throwable ignored) {
            // logging needs memory too
        }
    }

    /**
     * Sends ready events for at most this long, then ends the thread. Never throws. Returns at most 5 s after the drain
     * time, even if the thread does not end.
     */
    void close(Duration drainTime) {
        boolean interrupted = false;
        try {
            if (!drainTime.isZero() && !closing) {
                awaitDrained(drainTime);
            }
        } catch (InterruptedException e) {
            interrupted = true; // closes without draining
        }
        closing = true;
        wakeUp();
        try {
            thread.join(LAST_WRITES.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(AFTER_INTERRUPT.toMillis());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends ready events without lingering, until nothing is ready and nothing is in flight. Returns false if that
     * takes longer than this time.
     */
    boolean awaitDrained(Duration time) throws InterruptedException {
        DeliveryEngine draining;
        synchronized (this) {
            draining = engine;
        }
        if (draining == null) {
            return true;
        }
        long end = System.nanoTime() + time.toNanos();
        draining.drain();
        synchronized (ran) {
            while (!draining.isDrained()) {
                long left = end - System.nanoTime();
                if (left <= 0 || closing) {
                    return false;
                }
                ran.wait(Math.min(MAX_WAIT.toMillis(), left / 1_000_000 + 1));
            }
        }
        return true;
    }
}
