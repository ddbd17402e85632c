// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The thread that sends one ad account's events. A daemon, parked while there is nothing to do; {@link #wake()} tells it of a new event and
 * never waits. After {@link #close()} it is gone.
 */
public final class DispatchThread implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DispatchThread.class.getName());

    /** So that a clock set back, or a store that another process writes to, delays nothing for longer. */
    private static final Duration LONGEST_NAP = Duration.ofMinutes(1);

    /** The thread may be inside an exchange when it is told to stop: interrupted, that ends at once. */
    private static final Duration LAST_EXCHANGE = Duration.ofSeconds(5);

    private final Dispatcher dispatcher;
    private final Duration drainTime;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "epik-dispatch");
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

    public void wake() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /** Tells it to end without waiting for that, so that several end at the same time. */
    public void stop() {
        closing = true;
        wake();
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(drainTime.toMillis());
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
                sleep(step());
            }
            while (dispatcher.drain()) {
                // until nothing is left, or trouble begins
            }
        } catch (InterruptedException outOfTime) {
            LOG.log(Level.DEBUG, "Closed before all was sent");
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
            String trouble = failed instanceof OutboxException said
                    ? said.getMessage()
                    : failed.getClass().getName();
            if (!outboxTrouble.equals(trouble)) { // once, not each second
                LOG.log(Level.ERROR, "The outbox failed, delivery tries again: {0}", trouble);
                outboxTrouble = trouble;
            }
            return Optional.of(Duration.ofSeconds(1));
        }
    }

    private void sleep(Optional<Duration> time) throws InterruptedException {
        long millis = Math.min(time.orElse(LONGEST_NAP).toMillis(), LONGEST_NAP.toMillis());
        if (!time.map(Duration::isZero).orElse(false) && bell.tryAcquire(millis + 1, TimeUnit.MILLISECONDS)) {
            bell.drainPermits();
        }
    }
}
