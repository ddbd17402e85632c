// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that sends one ad account's events. A daemon, parked while there is nothing to do; {@link #wake} tells it of new events
 * and never waits. After {@link #close()} it is gone.
 */
public final class DispatchThread implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DispatchThread.class.getName());

    /** So that what another process stores or leaves behind is found without a word of it. */
    private static final Duration LONGEST_NAP = Duration.ofMinutes(1);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    /** The thread may be inside an exchange when it is told to stop: interrupted, that ends at once. */
    private static final Duration LAST_EXCHANGE = Duration.ofSeconds(5);

    private final Dispatcher dispatcher;
    private final Duration drainTime;
    private final Thread thread = new Thread(this::run, "epik-dispatch");

    /** Since the outbox was looked at last. */
    private final AtomicInteger stored = new AtomicInteger();

    /** So many new events are worth another look: a look for each would cost a busy shop more than the sending. */
    private volatile int wanted = 1;

    private volatile boolean lookNow;
    private volatile boolean closing;

    /** What the outbox fails with; empty while it works. */
    private String outboxTrouble = "";

    /** @param drainTime how long {@link #close()} tries to send what still waits */
    public DispatchThread(Dispatcher dispatcher, Duration drainTime) {
        this.dispatcher = dispatcher;
        this.drainTime = drainTime;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** So many events were stored. */
    public void wake(int events) {
        if (stored.addAndGet(events) >= wanted) {
            LockSupport.unpark(thread);
        }
    }

    /** Looks at once, whatever it waits for. */
    public void lookNow() {
        lookNow = true;
        LockSupport.unpark(thread);
    }

    /** Tells it to end without waiting for that, so that several end at the same time. */
    public void stop() {
        closing = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(Math.max(1, drainTime.toMillis())); // 0 would be for ever
            thread.interrupt();
            thread.join(LAST_EXCHANGE.toMillis());
        } catch (InterruptedException hurried) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                stored.set(0);
                lookNow = false;
                Duration nap = step().orElse(LONGEST_NAP);
                wanted = dispatcher.wanted();
                sleep(nap.compareTo(LONGEST_NAP) < 0 ? nap : LONGEST_NAP);
            }
            while (dispatcher.drain()) {
                // until nothing is left, or trouble begins
            }
        } catch (InterruptedException outOfTime) {
            LOG.log(Level.DEBUG, "Closed before all was sent");
        } catch (RuntimeException trouble) {
            LOG.log(Level.WARNING, "Closed before all was sent, since the outbox failed: {0}", said(trouble));
        }
    }

    /** An outbox that fails must not end the thread: events wait in it. */
    private Optional<Duration> step() throws InterruptedException {
        try {
            Optional<Duration> next = dispatcher.step();
            if (!outboxTrouble.isEmpty()) {
                LOG.log(Level.INFO, "The outbox works again, delivery goes on");
                outboxTrouble = "";
            }
            return next;
        } catch (RuntimeException failed) {
            String trouble = said(failed);
            if (!outboxTrouble.equals(trouble)) { // once, not each second
                LOG.log(Level.ERROR, "The outbox failed, delivery tries again: {0}", trouble);
                outboxTrouble = trouble;
            }
            return Optional.of(AFTER_TROUBLE);
        }
    }

    private static String said(RuntimeException trouble) {
        return trouble instanceof OutboxException ours
                ? ours.getMessage()
                : trouble.getClass().getName();
    }

    private void sleep(Duration nap) throws InterruptedException {
        long end = System.nanoTime() + nap.toNanos();
        long left = nap.toNanos();
        while (left > 0 && !closing && !lookNow && stored.get() < wanted) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = end - System.nanoTime();
        }
    }
}
