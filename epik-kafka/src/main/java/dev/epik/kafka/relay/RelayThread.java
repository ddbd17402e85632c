// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.relay;

import dev.epik.capi.EpikException;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The thread of a {@link dev.epik.kafka.KafkaRelay}: claims events from an outbox, writes them to Kafka, and settles
 * them. If something ends it, it starts another one, or the next wake does. Thread-safe.
 */
public final class RelayThread implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RelayThread.class.getName());

    static final Duration LEASE = Duration.ofMinutes(1);

    /** Kafka's producer tries for 30 s, so that it ends before the lease if sending starts within this time. */
    private static final Duration MAX_START = Duration.ofSeconds(25);

    private static final Duration SEND_TIME = Duration.ofSeconds(20);
    private static final Duration SETTLE_INTERVAL = Duration.ofMillis(500);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration KEEP_DELIVERED = Duration.ofDays(30);
    private static final Duration KEEP_DEAD = Duration.ofDays(30);
    private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(5);
    private static final long MAX_BYTES = 8 << 20;

    private final Outbox outbox;
    private final Target kafka;
    private final RelayPace pace = new RelayPace();
    private final Object lock = new Object();
    private boolean woken;
    private boolean failing;
    private long nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
    private volatile Thread thread = new Thread(() -> {});
    private volatile boolean closed;

    /** Stores events in Kafka. */
    @FunctionalInterface
    public interface Target {
        /**
         * Stores an event, and whether a person asked for it to be sent whatever its age. Never waits.
         *
         * @param deadline from now
         */
        CompletableFuture<EventStore.Added> add(StoredEvent event, boolean isRedriven, Duration deadline);
    }

    /** Creates the thread, which {@link #ensureRunning} or {@link #wake} starts. */
    public RelayThread(Outbox outbox, Target kafka) {
        this.outbox = outbox;
        this.kafka = kafka;
    }

    /** Makes the thread look for events, unless the last try failed. Never waits and never throws. */
    public void wake() {
        synchronized (lock) {
            woken = true;
            lock.notifyAll();
        }
        ensureRunning();
    }

    /** Starts the thread, or replaces it if something ended it. */
    public void ensureRunning() {
        if (thread.isAlive() || closed) {
            return;
        }
        synchronized (lock) {
            if (!thread.isAlive() && !closed) {
                start();
            }
        }
    }

    private void run() {
        try {
            work();
        } finally {
            startAfter(Thread.currentThread());
        }
    }

    /** Replaces a thread that ends, unless the relay is closed: in a quiet time no wake would do it. */
    private void startAfter(Thread ended) {
        synchronized (lock) {
            if (thread == ended && !closed) {
                start();
            }
        }
    }

    /** Starts a thread. The caller holds the lock. */
    private void start() {
        Thread next = KafkaThreads.daemon("epik-kafka-relay", this::run);
        thread = next;
        next.start();
    }

    private void work() {
        Duration wait = pace.hasFailed() ? pace.afterFailure() : Duration.ZERO;
        while (!closed) {
            try {
                await(wait);
                wait = closed ? Duration.ZERO : runOnce();
            } catch (InterruptedException e) {
                ContainedLog.log(LOG, Level.DEBUG, "The relay to Kafka was interrupted; ignored");
            } catch (Throwable e) { // the thread must live
                wait = pace.afterFailure();
                reportFailure(
                        e instanceof RuntimeException ours
                                ? describe(ours)
                                : e.getClass().getName());
            }
        }
    }

    private static String describe(RuntimeException e) {
        return e instanceof EpikException ours
                ? ours.getMessage()
                : e.getClass().getName();
    }

    /** Waits until events were stored or the time is over. After a failure only the time counts. */
    private void await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (lock) {
            while (!closed && !(woken && !pace.hasFailed())) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                lock.wait(left / 1_000_000 + 1);
            }
            woken = false;
        }
    }

    /** Moves what is ready, and returns how long to wait. */
    private Duration runOnce() throws InterruptedException {
        boolean hasMoved = false;
        for (DueAccount due : outbox.dueAccounts()) {
            for (ClaimKind kind : ClaimKind.values()) {
                Optional<Batch> batch = closed
                        ? Optional.empty()
                        : outbox.claim(due.adAccount(), kind, pace.events(), MAX_BYTES, LEASE);
                if (batch.isPresent()) {
                    if (!move(batch.get(), System.nanoTime())) {
                        return pace.afterFailure();
                    }
                    hasMoved = true;
                }
            }
        }
        if (hasMoved) {
            reportSuccess();
        }
        if (System.nanoTime() - nextHousekeeping > 0) {
            nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
            var unused = outbox.forget(KEEP_DELIVERED, KEEP_DEAD);
        }
        return pace.afterSuccess(hasMoved);
    }

    /** Returns false if Kafka did not acknowledge all events that it could have taken. */
    private boolean move(Batch batch, long claimed) throws InterruptedException {
        List<CompletableFuture<EventStore.Added>> sent = new ArrayList<>();
        for (Batch.Claimed each : batch.claimed()) {
            boolean inTime = System.nanoTime() - claimed < MAX_START.toNanos();
            sent.add(
                    inTime
                            ? kafka.add(each.event(), each.redriven(), SEND_TIME)
                            : CompletableFuture.failedFuture(new IllegalStateException("late")));
        }
        List<Settlement> settlements = new ArrayList<>();
        boolean success = true;
        for (int i = 0; i < sent.size(); i++) {
            Outcome outcome = outcome(sent.get(i));
            settlements.add(Settlement.of(batch.claimed().get(i), outcome));
            if (outcome instanceof Outcome.Postponed postponed && success) {
                success = false;
                reportFailure(postponed.reason());
            } else if (outcome instanceof Outcome.Rejected rejected) {
                logDeadLetter(batch.claimed().get(i).event(), rejected.reason());
            }
        }
        settle(batch, settlements, claimed);
        return success;
    }

    private static Outcome outcome(CompletableFuture<EventStore.Added> sent) throws InterruptedException {
        try {
            sent.get();
            return new Outcome.Accepted("");
        } catch (ExecutionException e) {
            Throwable cause = KafkaErrors.unwrapped(e);
            Throwable kafkas = cause.getCause() == null ? cause : cause.getCause();
            return KafkaErrors.refusesRecord(kafkas)
                    ? new Outcome.Rejected("Not written to Kafka: " + KafkaErrors.describe(kafkas))
                    : new Outcome.Postponed(cause instanceof RuntimeException ours ? describe(ours) : cause.toString());
        }
    }

    /** Settles until it succeeds or the lease ends. Then the events are written to Kafka once more. */
    private void settle(Batch batch, List<Settlement> settlements, long claimed) throws InterruptedException {
        List<Settlement> left = settlements;
        while (!left.isEmpty()) {
            try {
                left = outbox.settle(batch, left).locked();
            } catch (RuntimeException e) {
                if (closed || System.nanoTime() - claimed > LEASE.toNanos()) {
                    throw e;
                }
                reportFailure(describe(e));
            }
            if (!left.isEmpty()) {
                if (closed || System.nanoTime() - claimed > LEASE.toNanos()) {
                    return;
                }
                Thread.sleep(SETTLE_INTERVAL.toMillis());
            }
        }
    }

    private static void logDeadLetter(StoredEvent event, String reason) {
        ContainedLog.log(
                LOG,
                Level.ERROR,
                "The event {0} of ad account {1} is a dead letter of the outbox. {2}",
                event.id(),
                event.adAccount(),
                reason);
    }

    private void reportFailure(String reason) {
        if (!failing) {
            failing = true;
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "Events wait in the outbox, because they cannot be moved to Kafka. {0}",
                    reason);
        }
    }

    private void reportSuccess() {
        if (failing) {
            failing = false;
            ContainedLog.log(LOG, Level.INFO, "Events are moved from the outbox to Kafka again");
        }
    }

    /** Lets the thread end after what is in flight, and waits for it for at most 5 s. */
    @Override
    public void close() {
        closed = true;
        synchronized (lock) {
            lock.notifyAll();
        }
        join();
    }

    /** Waits until the thread has ended, for at most 5 s. */
    public void join() {
        try {
            thread.join(MAX_CLOSE_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
