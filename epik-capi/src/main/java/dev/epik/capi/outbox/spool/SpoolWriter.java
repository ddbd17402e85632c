// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores events in the main outbox. Stores them in the spool if the main outbox fails, is full or does not answer in
 * time, or if it failed the last time and was not probed since. Thread-safe.
 */
public final class SpoolWriter {
    /** The part of the submit deadline that is left for the spool. */
    public static final Duration SPOOL_WAIT = Duration.ofMillis(500);

    private final MainOutbox main;
    private final SpoolFile spool;
    private final KeyGuard guard;
    private final SpoolLog log;
    private final Runnable spooled;
    private final ScheduledThreadPoolExecutor timer;
    private volatile Duration mainWait;
    private volatile boolean closed;

    /**
     * Creates the writer and its timer thread.
     *
     * @param spooled is run after events were stored in the spool; must not wait
     */
    public SpoolWriter(
            MainOutbox main, SpoolFile spool, KeyGuard guard, SpoolLog log, Duration mainWait, Runnable spooled) {
        this.main = main;
        this.spool = spool;
        this.guard = guard;
        this.log = log;
        this.mainWait = mainWait;
        this.spooled = spooled;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "epik-spool-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    public void mainWait(Duration time) {
        this.mainWait = time;
    }

    public Duration mainWait() {
        return mainWait;
    }

    /** Runs the task repeatedly on the timer thread. It must not wait and must not throw. */
    public void every(Duration interval, Runnable task) {
        var unused =
                timer.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    public CompletableFuture<List<EventStore.Added>> addAll(List<StoredEvent> events) {
        if (closed) {
            return CompletableFuture.failedFuture(new OutboxException(
                    "The outbox with the spool " + spool.path() + " is closed: close what uses it first"));
        }
        Add add = new Add(List.copyOf(events));
        CompletableFuture<Void> cancelling = guard.enter(add.keys);
        if (cancelling != null) {
            return cancelling.thenCompose(done -> addAll(events));
        }
        add.begin();
        return add.answer;
    }

    /** Refuses new events, and waits for those under way until each is stored or has failed. */
    public void close() {
        closed = true;
        try {
            if (!guard.awaitIdle(mainWait.plus(SPOOL_WAIT))) {
                log.failed("The database of the outbox does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }

    /** Events that are being stored. */
    private final class Add {
        private final List<StoredEvent> events;
        private final List<StoredEvent.Key> keys;
        private final CompletableFuture<List<EventStore.Added>> answer = new CompletableFuture<>();
        private boolean decided;
        private @Nullable ScheduledFuture<?> timeout;

        Add(List<StoredEvent> events) {
            this.events = events;
            this.keys = events.stream().map(StoredEvent::key).toList();
        }

        void begin() {
            Optional<String> failure = main.failure();
            if (failure.isPresent()) {
                spool(notAdded(), failure.get());
                return;
            }
            long begun = System.nanoTime();
            guard.enterAgain(keys); // until the main outbox has answered, in time or not
            CompletableFuture<List<EventStore.Added>> storing;
            try {
                storing = main.addAll(events, mainWait);
            } catch (Throwable e) { // an error of the JVM
                guard.leave(keys);
                guard.leave(keys);
                throw e;
            }
            var unused = storing.whenComplete((added, e) -> {
                guard.leave(keys);
                answered(added, e);
            });
            limit(mainWait.minusNanos(System.nanoTime() - begun));
        }

        private synchronized void limit(Duration left) {
            if (!decided) {
                timeout = timer.schedule(this::timedOut, left.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private synchronized boolean decide() {
            if (decided) {
                return false;
            }
            decided = true;
            if (timeout != null) {
                timeout.cancel(false);
            }
            return true;
        }

        private void timedOut() {
            if (decide()) {
                fail("The database of the outbox did not answer within " + mainWait.toMillis() + " ms");
            }
        }

        private void answered(@Nullable List<EventStore.Added> added, @Nullable Throwable e) {
            if (!decide()) {
                return;
            }
            if (added == null) {
                fail(e == null ? "The database of the outbox did not answer" : MainOutbox.describe(e));
                return;
            }
            int full = Collections.frequency(added, EventStore.Added.FULL);
            main.stored(added.size() - full);
            if (full == 0) {
                finish(added);
                return;
            }
            String reason = "The queue of the database's outbox is full";
            main.failed(reason);
            spool(added, reason);
        }

        private void fail(String reason) {
            main.failed(reason);
            spool(notAdded(), reason);
        }

        private List<EventStore.Added> notAdded() {
            return Collections.nCopies(events.size(), EventStore.Added.FULL);
        }

        /** Stores those events in the spool that were not added. */
        private void spool(List<EventStore.Added> added, String reason) {
            List<StoredEvent> rest = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                if (added.get(i) == EventStore.Added.FULL) {
                    rest.add(events.get(i));
                }
            }
            var unused = spool.add(rest).whenComplete((here, e) -> {
                if (here == null) {
                    guard.leave(keys);
                    spooled.run(); // the main outbox is to be probed all the same
                    answer.completeExceptionally(new OutboxException("Neither the database of the outbox nor the spool"
                            + " stores events. " + reason + ". " + (e == null ? "" : spool.describe(e))));
                    return;
                }
                log.began(reason);
                spooled.run();
                List<EventStore.Added> all = new ArrayList<>(added);
                int next = 0;
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i) == EventStore.Added.FULL) {
                        all.set(i, here.get(next++));
                    }
                }
                finish(all);
            });
        }

        private void finish(List<EventStore.Added> added) {
            guard.leave(keys);
            answer.complete(added);
        }
    }
}
