// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.queue.GroupLinger;
import dev.epik.capi.outbox.queue.LockedEvents;
import dev.epik.capi.outbox.queue.PendingEvent;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.JdbcErrors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stores events for a JDBC outbox: all events that wait together in one transaction, with one commit. Borrows a
 * connection when there are events, and keeps it for at most 1 s, or until there were no events for 50 ms.
 *
 * <p><b>Failures.</b> It waits for no lock. An event whose key another transaction has locked is tried alone until its
 * deadline. If one event may be at fault, the group is bisected until it is found. After an error of the connection it
 * is discarded, and the same events are stored by another one: if the first attempt had stored them, they are found
 * stored.
 *
 * <p>Used by one thread. If that hangs, another thread gets a writer of its own.
 */
final class JdbcWriter implements JdbcThread.Loop {
    private static final Logger LOG = System.getLogger(JdbcWriter.class.getName());

    private static final int MAX_GROUP_SIZE = 500;

    /** The maximum size of a group if each event is a statement of its own. */
    private static final int MAX_STATEMENTS = 100;

    /**
     * How many bulk events a group holds if other events could fill it, so that neither kind waits long for the other.
     */
    private static final int MIN_BULK = 50;

    private static final Duration MAX_HELD = Duration.ofSeconds(1);
    private static final Duration MAX_IDLE = Duration.ofMillis(50);
    private static final Duration UNTIL_WOKEN = Duration.ofDays(1);

    /** The limit of one reply of the database. After that the events are stored by another connection. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(3);

    /** The limit of one transaction. */
    private static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(10);

    private static final long LINGER_STEP_NANOS = 20_000;
    private static final Duration RECONNECT = Duration.ofMillis(100);
    private static final int ATTEMPTS = 5;
    private static final int MAX_LOCKED_RETRIES = 4;

    /**
     * The maximum number of lock waits while one group is bisected. One locked key of a full group needs 10; a locked
     * table would need 1,000.
     */
    private static final int MAX_LOCK_WAITS = 25;

    private static final Duration TABLE_LOCKED = Duration.ofMillis(20);

    private final JdbcAccess access;
    private final WriterQueue<PendingEvent> queue;
    private final LockedEvents locked = new LockedEvents();
    private final GroupLinger linger;
    private final ThreadActivity activity = new ThreadActivity();
    private final int maxGroupSize;
    private @Nullable BorrowedConnection connection;
    private long borrowed;
    private int failedConnects;
    private int lockWaits;

    JdbcWriter(JdbcAccess access, WriterQueue<PendingEvent> queue) {
        this.access = access;
        this.queue = queue;
        this.maxGroupSize = access.dialect().takesArrays() ? MAX_GROUP_SIZE : MAX_STATEMENTS;
        this.linger = new GroupLinger(maxGroupSize);
    }

    @Override
    public ThreadActivity activity() {
        return activity;
    }

    @Override
    public boolean runOnce() throws InterruptedException {
        long now = System.nanoTime();
        long patience = connection == null ? UNTIL_WOKEN.toNanos() : Math.min(MAX_IDLE.toNanos(), heldNanosLeft(now));
        patience = Math.max(0, Math.min(patience, locked.nanosToNext(now)));
        boolean waiting = queue.await(Duration.ofNanos(patience));
        if (!waiting && queue.isClosed()) {
            retryLocked(true);
            return false;
        }
        now = System.nanoTime();
        boolean isDue = locked.nanosToNext(now) <= 0;
        if (connection != null && (heldNanosLeft(now) <= 0 || (!waiting && !isDue))) {
            giveBack();
        }
        if (waiting && connect() != null) {
            linger();
            List<PendingEvent> group = new ArrayList<>(maxGroupSize);
            queue.poll(group, maxGroupSize, MIN_BULK);
            long begun = System.nanoTime();
            storeTogether(group);
            linger.onStored(group.size(), queue.size(), System.nanoTime() - begun);
        }
        if (isDue) {
            retryLocked(false);
        }
        return true;
    }

    private void linger() {
        long maxNanos = linger.nanos(queue.size());
        if (maxNanos > 0) {
            long end = System.nanoTime() + maxNanos;
            while (queue.size() < linger.expected() && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(LINGER_STEP_NANOS);
            }
            linger.onWaited(queue.size());
        }
    }

    private long heldNanosLeft(long now) {
        return borrowed + MAX_HELD.toNanos() - now;
    }

    @Override
    public void end() {
        giveBack();
    }

    /** Gives the connection back, for a caller on this thread that needs one. */
    void giveBack() {
        BorrowedConnection held = connection;
        connection = null;
        if (held != null) {
            activity.working(held, TRANSACTION_LIMIT);
            held.giveBack();
            activity.nothing();
        }
    }

    private void discard() {
        BorrowedConnection held = connection;
        connection = null;
        if (held != null) {
            held.discard();
        }
    }

    /**
     * Returns a connection. If there is none, returns null; the waiting events have failed or are tried again at once.
     */
    private @Nullable BorrowedConnection connect() throws InterruptedException {
        if (connection != null) {
            return connection;
        }
        try {
            activity.connecting(JdbcThread.CONNECTING);
            BorrowedConnection next = access.borrow(READ_LIMIT);
            activity.nothing();
            if (activity.isAbandoned()) {
                next.giveBack();
                return null;
            }
            connection = next;
            borrowed = System.nanoTime();
            failedConnects = 0;
            return next;
        } catch (Throwable e) { // of any type: a data source is not our code
            activity.nothing();
            if (!activity.isAbandoned()) {
                onNoConnection(e);
            }
            return null;
        }
    }

    private void onNoConnection(Throwable e) throws InterruptedException {
        failedConnects++;
        if (failedConnects == 1) {
            Thread.sleep(RECONNECT.toMillis());
            return;
        }
        List<PendingEvent> all = new ArrayList<>(locked.all());
        queue.poll(all, Integer.MAX_VALUE, 0);
        String why = access.describeConnecting(e);
        all.forEach(event -> event.fail(why, e));
        locked.removeAnswered();
    }

    // --- storing

    /** Stores events that waited together. Afterwards each is answered, waits to be tried alone, or is queued again. */
    void storeTogether(List<PendingEvent> events) throws InterruptedException {
        List<PendingEvent> group = new ArrayList<>(events.size());
        for (PendingEvent event : events) {
            if (locked.isLocked(event.event.key())) {
                locked.add(event, System.nanoTime());
            } else {
                group.add(event);
            }
        }
        lockWaits = 0;
        try {
            storeHalving(group);
        } finally {
            queue.putBack(group.stream()
                    .filter(event -> !event.isAnswered() && !locked.contains(event))
                    .toList());
        }
        if (lockWaits > MAX_LOCK_WAITS) {
            Thread.sleep(TABLE_LOCKED.toMillis());
        }
    }

    private void storeHalving(List<PendingEvent> group) throws InterruptedException {
        Throwable failure = lockWaits > MAX_LOCK_WAITS ? null : attemptRepeatedly(group);
        if (failure == null) {
            return;
        }
        StoreError error = StoreError.of(failure);
        boolean isLocked = error == StoreError.LOCKED;
        lockWaits += isLocked ? 1 : 0;
        if (group.size() > 1 && (isLocked || error == StoreError.ONE_EVENT)) {
            int half = group.size() / 2;
            storeHalving(group.subList(0, half));
            storeHalving(group.subList(half, group.size()));
        } else if (isLocked) {
            locked.add(group.get(0), System.nanoTime());
        } else {
            String why = access.describe(failure);
            group.forEach(event -> event.fail(why, failure));
        }
    }

    private void retryLocked(boolean isLast) throws InterruptedException {
        for (PendingEvent event : isLast ? locked.all() : locked.due(System.nanoTime(), MAX_LOCKED_RETRIES)) {
            lockWaits = 0;
            storeHalving(List.of(event));
            if (isLast) {
                event.fail("The outbox was closed, and another transaction holds the event's row", null);
            }
        }
        locked.removeAnswered();
    }

    /**
     * Stores the group, and repeats that if the database rolled back or the connection broke. Returns the last failure,
     * or null if the group is stored or there is no connection.
     */
    private @Nullable Throwable attemptRepeatedly(List<PendingEvent> group) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            BorrowedConnection by = connect();
            if (by == null) {
                return null;
            }
            Throwable failure = attempt(group, by);
            if (failure == null || attempt == ATTEMPTS) {
                return failure;
            }
            StoreError error = StoreError.of(failure);
            if (error != StoreError.CONFLICT && error != StoreError.CONNECTION) {
                return failure;
            }
            if (error == StoreError.CONNECTION && attempt > 1) {
                Thread.sleep(RECONNECT.toMillis());
            }
        }
    }

    /** Stores the events of the group that still wait, in one transaction. Returns null, or why it failed. */
    private @Nullable Throwable attempt(List<PendingEvent> group, BorrowedConnection by) {
        List<PendingEvent> taken = new ArrayList<>(group.size());
        List<StoredEvent> events = new ArrayList<>(group.size());
        for (PendingEvent event : group) {
            if (event.take()) {
                taken.add(event);
                events.add(event.event);
            }
        }
        if (taken.isEmpty()) {
            return null;
        }
        AtomicBoolean committing = new AtomicBoolean();
        List<EventStore.Added> answers;
        activity.working(by, TRANSACTION_LIMIT);
        try {
            answers = access.store(by.connection, events, () -> {
                access.crashPoints().reached(CrashPoint.STORING);
                committing.set(true);
            });
            access.crashPoints().reached(CrashPoint.STORED);
        } catch (Throwable e) { // of any type: the thread must live, and the callers must know
            boolean isSure =
                    !committing.get() || (e instanceof SQLException sql && JdbcErrors.isSurelyNotCommitted(sql));
            String reason = reason(e);
            taken.forEach(event -> event.putBack(!isSure, reason));
            rollBack(by, e);
            return e;
        } finally {
            activity.nothing();
        }
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).answer(answers.get(i));
        }
        return null;
    }

    private String reason(Throwable e) {
        return StoreError.of(e) == StoreError.LOCKED
                ? "another transaction holds its row, because it stores or cancels the same event: is that transaction left open?"
                : access.describe(e);
    }

    private void rollBack(BorrowedConnection by, Throwable e) {
        StoreError error = StoreError.of(e);
        if (error == StoreError.CONNECTION || error == StoreError.UNKNOWN) {
            discard();
            return;
        }
        try {
            activity.working(by, TRANSACTION_LIMIT);
            by.connection.rollback();
        } catch (SQLException | RuntimeException ignored) {
            ContainedLog.log(LOG, Level.DEBUG, "The connection is broken and discarded");
            discard();
        }
    }
}
