// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    private final Clock clock;
    private final Duration drainTime;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "epik-dispatch");
    private volatile boolean closing;

    /** @param drainTime how long {@link #close()} tries to send what still waits */
    public DispatchThread(Dispatcher dispatcher, Clock clock, Duration drainTime) {
        this.dispatcher = dispatcher;
        this.clock = clock;
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
                sleepUntil(step());
            }
            while (dispatcher.drain()) {
                // until nothing is left, or trouble begins
            }
        } catch (InterruptedException outOfTime) {
            LOG.log(Level.DEBUG, "Closed before all was sent");
        }
    }

    /** An outbox that fails must not end the thread: events wait in it. */
    private Optional<Instant> step() throws InterruptedException {
        try {
            return dispatcher.step();
        } catch (RuntimeException trouble) {
            LOG.log(
                    Level.ERROR,
                    "The outbox failed, delivery tries again: {0}",
                    trouble.getClass().getName());
            return Optional.of(clock.instant().plusSeconds(1));
        }
    }

    private void sleepUntil(Optional<Instant> next) throws InterruptedException {
        Duration nap =
                next.map(instant -> Duration.between(clock.instant(), instant)).orElse(LONGEST_NAP);
        if (nap.isNegative() || nap.isZero()) {
            return;
        }
        long millis = Math.min(nap.toMillis() + 1, LONGEST_NAP.toMillis());
        if (bell.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            bell.drainPermits();
        }
    }
}
