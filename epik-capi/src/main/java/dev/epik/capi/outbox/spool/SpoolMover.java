// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ObjIntConsumer;

/**
 * Moves events from the spool to the main outbox, the oldest first: stores them there, then removes them here, so that
 * a crash between the two only repeats a move, which changes nothing. While the main outbox fails, moving is also how
 * it is probed.
 *
 * <p><b>One bad event.</b> If a batch fails, the oldest event is tried alone, and then, if that fails, one more. If
 * both fail, the main outbox is down. If one is stored, the rest is bisected, and {@link RefusedEvents} decides about
 * those that fail alone.
 *
 * <p><b>Threads.</b> One daemon, "epik-spool". Exceptions of a move are contained.
 */
public final class SpoolMover {
    private static final int MAX_EVENTS = 500;
    private static final Duration MAX_CLOSING = Duration.ofSeconds(5);

    /** How long the main outbox may take to store a batch. */
    private static final Duration MAX_MOVE = Duration.ofSeconds(30);

    /** The result of a round of moves. */
    enum Round {
        /** Events were moved: there may be more. */
        MOVED,
        /** The spool is empty. */
        EMPTY,
        /** Nothing can be moved now. */
        FAILED
    }

    private enum Answer {
        STORED,
        REFUSED,
        /** It has no room, or did not answer. Not the fault of an event. */
        UNAVAILABLE
    }

    private final SpoolFile spool;
    private final MainOutbox main;
    private final KeyGuard guard;
    private final SpoolLog log;
    private final Duration minBackoff;
    private final Duration maxBackoff;
    private final Thread thread;

    /** An answer that takes longer than this does not let submits go to the main outbox again. */
    private volatile Duration healthyWithin;

    private volatile ObjIntConsumer<String> moved = (adAccount, events) -> {};
    private volatile boolean closing;
    private boolean woken;

    // --- of the thread
    private final RefusedEvents refused;
    private int failures;
    private int batch = MAX_EVENTS;
    private String lastReason = "";

    public SpoolMover(SpoolFile spool, MainOutbox main, KeyGuard guard, SpoolLog log, SpoolOptions options) {
        this.spool = spool;
        this.main = main;
        this.guard = guard;
        this.log = log;
        this.minBackoff = options.minBackoff();
        this.maxBackoff = options.maxBackoff();
        this.healthyWithin = options.mainWait();
        this.refused = new RefusedEvents(options.patience());
        this.thread = new Thread(this::run, "epik-spool");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /**
     * Sets the time within which a checkout needs an answer, and the listener of moved events.
     *
     * @param listener receives ad account and number of events; must not wait
     */
    public void connect(Duration quickEnough, ObjIntConsumer<String> listener) {
        this.healthyWithin = quickEnough;
        this.moved = listener;
    }

    /** Reports that events are in the spool. Does not end a backoff. */
    public synchronized void wake() {
        woken = true;
        notifyAll();
    }

    /** Ends the thread after its current move, and waits at most 5 s for that. */
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        thread.interrupt(); // it may be waiting for the main outbox
        try {
            thread.join(MAX_CLOSING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            Round round = Round.FAILED;
            try {
                round = move();
            } catch (Throwable e) { // of any type: the thread must live
                if (!closing) {
                    log.failed(spool.describe(e));
                    probeBySubmit();
                }
            }
            failures = round == Round.FAILED ? failures + 1 : 0;
            rest(round);
        }
    }

    /** Waits before the next round. */
    private synchronized void rest(Round round) {
        long end = System.nanoTime() + backoff(failures).toNanos();
        try {
            while (!closing && round == Round.EMPTY && !woken) {
                wait();
            }
            for (long left = end - System.nanoTime();
                    !closing && round == Round.FAILED && left > 0;
                    left = end - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException ignored) {
            // by close(), which the loop sees; any other interrupt only makes the next round come sooner
        }
        woken = false;
    }

    /** Returns the time after this number of failures in a row: 1, 2, 4 … 30 s by default. */
    private Duration backoff(int failed) {
        Duration wait = minBackoff.multipliedBy(1L << Math.min(Math.max(failed - 1, 0), 10));
        return wait.compareTo(maxBackoff) > 0 ? maxBackoff : wait;
    }

    /** Moves events until there are none or one of them cannot be moved, at most one batch. */
    private Round move() throws InterruptedException {
        if (!main.open()) {
            return Round.FAILED;
        }
        List<StoredEvent> events = spool.oldest(batch, guard);
        if (events.isEmpty()) {
            return spool.oldestAge().isPresent() ? Round.FAILED : nothingToMove();
        }
        try {
            return move(events);
        } finally {
            guard.leave(keys(events));
        }
    }

    private Round nothingToMove() {
        if (main.failure().isPresent() && !probeBySubmit()) {
            return Round.FAILED;
        }
        log.emptied();
        return Round.EMPTY;
    }

    /**
     * Lets the next submit go to the main outbox if no move can probe it, after a backoff. Returns whether that was.
     */
    private boolean probeBySubmit() {
        if (failures > 0) {
            main.recovered();
        }
        return failures > 0;
    }

    private Round move(List<StoredEvent> events) throws InterruptedException {
        Deque<List<StoredEvent>> work = new ArrayDeque<>();
        List<StoredEvent> suspects = new ArrayList<>();
        List<StoredEvent> others = new ArrayList<>();
        for (StoredEvent event : events) {
            (refused.contains(event.key()) ? suspects : others).add(event);
        }
        if (!others.isEmpty()) {
            work.push(others);
        } else if (main.failure().isPresent()) {
            probeBySubmit(); // suspects do not show whether the database works
        }
        long storedBefore = main.stored();
        StoredEvent failedAlone = null; // and nothing was stored since
        while (!work.isEmpty()) {
            List<StoredEvent> next = work.pop();
            Answer answer = store(next);
            if (answer == Answer.UNAVAILABLE || (answer == Answer.REFUSED && next.size() == 1 && failedAlone != null)) {
                main.failed(lastReason);
                return Round.FAILED;
            }
            if (answer == Answer.STORED && failedAlone != null) {
                refused.failedAlone(failedAlone.key(), main.stored(), System.nanoTime());
                failedAlone = null;
            } else if (answer == Answer.REFUSED && next.size() == 1) {
                failedAlone = next.get(0);
            } else if (answer == Answer.REFUSED) {
                split(next, work);
            }
        }
        boolean hasMoved = main.stored() != storedBefore;
        if (failedAlone != null && !hasMoved) {
            main.failed(lastReason);
            return Round.FAILED;
        }
        if (failedAlone != null) {
            refused.failedAlone(failedAlone.key(), main.stored(), System.nanoTime());
        }
        return retrySuspects(suspects) || hasMoved ? Round.MOVED : Round.FAILED;
    }

    /** Tries the oldest event alone first, then both halves of the others. */
    private static void split(List<StoredEvent> events, Deque<List<StoredEvent>> work) {
        List<StoredEvent> others = events.subList(1, events.size());
        int middle = others.size() / 2;
        work.push(others.subList(middle, others.size()));
        if (middle > 0) {
            work.push(others.subList(0, middle));
        }
        work.push(events.subList(0, 1));
    }

    /**
     * Tries events again, each alone, that failed alone while others were stored. Those that {@link RefusedEvents}
     * rejects are set aside.
     *
     * @return whether the spool has fewer of them now
     */
    private boolean retrySuspects(List<StoredEvent> suspects) throws InterruptedException {
        boolean fewer = false;
        for (StoredEvent suspect : suspects) {
            Answer answer = store(List.of(suspect));
            if (answer == Answer.UNAVAILABLE) {
                main.failed(lastReason);
                return fewer;
            }
            boolean isSetAside =
                    answer == Answer.REFUSED && refused.failedAlone(suspect.key(), main.stored(), System.nanoTime());
            if (isSetAside) {
                spool.setAside(suspect.key(), "refused by the database of the outbox: " + lastReason);
                log.setAside(suspect, lastReason);
            }
            if (isSetAside || answer == Answer.STORED) {
                refused.forget(suspect.key());
                fewer = true;
            }
        }
        return fewer;
    }

    /** Stores the events in the main outbox, and then removes them from the spool. */
    private Answer store(List<StoredEvent> events) throws InterruptedException {
        List<StoredEvent.Key> keys = keys(events);
        guard.enterAgain(keys);
        long begun = System.nanoTime();
        CompletableFuture<List<EventStore.Added>> storing;
        try {
            storing = main.addAll(events, MAX_MOVE);
        } catch (Throwable e) { // an error of the JVM
            guard.leave(keys);
            throw e;
        }
        var unused = storing.whenComplete((added, e) -> guard.leave(keys)); // also if it is given up here
        List<EventStore.Added> added;
        try {
            added = storing.get(MAX_MOVE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            lastReason = "The database of the outbox did not answer within " + MAX_MOVE.toSeconds() + " s";
            batch = 1; // until it answers
            return Answer.UNAVAILABLE;
        } catch (ExecutionException e) {
            lastReason = MainOutbox.describe(e);
            return Answer.REFUSED;
        }
        List<StoredEvent> stored = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (added.get(i) != EventStore.Added.FULL) {
                stored.add(events.get(i));
            }
        }
        main.stored(stored.size());
        spool.remove(stored);
        log.moved(stored.size());
        notifyListener(events, added);
        logDead(events, added);
        batch = MAX_EVENTS;
        if (stored.size() < events.size()) {
            lastReason = "The queue of the database's outbox is full";
            return Answer.UNAVAILABLE;
        }
        if (System.nanoTime() - begun <= healthyWithin.toNanos()) {
            main.recovered();
        }
        return Answer.STORED;
    }

    private void notifyListener(List<StoredEvent> events, List<EventStore.Added> added) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            if (added.get(i) == EventStore.Added.STORED) {
                counts.merge(events.get(i).adAccount(), 1, Integer::sum);
            }
        }
        counts.forEach(moved::accept);
    }

    /** Logs moved events that are dead letters. The submit has returned "stored", so only the log can report them. */
    private void logDead(List<StoredEvent> events, List<EventStore.Added> added) {
        int dead = Collections.frequency(added, EventStore.Added.ALREADY_DEAD);
        if (dead > 0) {
            log.movedDead(dead, events.get(added.indexOf(EventStore.Added.ALREADY_DEAD)));
        }
    }

    private static List<StoredEvent.Key> keys(List<StoredEvent> events) {
        return Collections.unmodifiableList(
                events.stream().map(StoredEvent::key).toList());
    }
}
