// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.Outbox;
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
 * What one writer thread of a {@link JdbcOutbox} does: it stores the events that wait together in one transaction, and
 * so with one commit. It borrows a connection when there are events, and keeps it for at most 1 s or until there were
 * none for 50 ms.
 *
 * <p><b>Failures.</b> It waits for no lock. An event whose key another transaction has locked is tried alone until its
 * deadline. If one event may be at fault, the group is halved until it is found. After an error of the connection it is
 * discarded, and the same events are stored by another one: if the first attempt had stored them, they are found
 * stored.
 *
 * <p>Used by one thread. If that hangs, another thread gets a writer of its own.
 */
final class JdbcWriter implements JdbcThread.Loop {
    private static final Logger LOG = System.getLogger(JdbcWriter.class.getName());

    private static final int MAX_TOGETHER = 500;

    /** If each event is a statement. */
    private static final int MAX_STATEMENTS = 100;

    /** Among events that are not bulk, so that neither kind waits long for the other. */
    private static final int MIN_BULK = 50;

    private static final Duration KEEP = Duration.ofSeconds(1);
    private static final Duration KEEP_IDLE = Duration.ofMillis(50);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    /** Of one answer of the database. After that the events are tried by another connection. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(3);

    /** Of one transaction. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long LINGER_STEP_NANOS = 20_000;
    private static final Duration RECONNECT = Duration.ofMillis(100);
    private static final int ATTEMPTS = 5;
    private static final int MAX_LOCKED_RETRIES = 4;

    /**
     * Lock waits while one group is halved. One locked key of a full group takes 10; a locked table would take 1,000.
     */
    private static final int MAX_LOCK_WAITS = 25;

    private static final Duration TABLE_LOCKED = Duration.ofMillis(20);

    private final JdbcAccess access;
    private final WriterQueue<PendingEvent> queue;
    private final LockedEvents locked = new LockedEvents();
    private final GroupLinger linger;
    private final Activity activity = new Activity();
    private final int maxTogether;
    private @Nullable BorrowedConnection connection;
    private long borrowed;
    private int failedConnects;
    private int lockWaits;

    JdbcWriter(JdbcAccess access, WriterQueue<PendingEvent> queue) {
        this.access = access;
        this.queue = queue;
        this.maxTogether = access.dialect().takesArrays() ? MAX_TOGETHER : MAX_STATEMENTS;
        this.linger = new GroupLinger(maxTogether);
    }

    @Override
    public Activity activity() {
        return activity;
    }

    @Override
    public boolean step() throws InterruptedException {
        long now = System.nanoTime();
        long patience = connection == null ? FOR_EVER.toNanos() : Math.min(KEEP_IDLE.toNanos(), keepNanos(now));
        patience = Math.max(0, Math.min(patience, locked.nanosToNext(now)));
        boolean waiting = queue.await(Duration.ofNanos(patience));
        if (!waiting && queue.isClosed()) {
            retryLocked(true);
            return false;
        }
        now = System.nanoTime();
        boolean isDue = locked.nanosToNext(now) <= 0;
        if (connection != null && (keepNanos(now) <= 0 || (!waiting && !isDue))) {
            giveBack();
        }
        if (waiting && connect() != null) {
            linger();
            List<PendingEvent> group = new ArrayList<>(maxTogether);
            queue.poll(group, maxTogether, MIN_BULK);
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
        long most = linger.nanos(queue.size());
        if (most > 0) {
            long end = System.nanoTime() + most;
            while (queue.size() < linger.expected() && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(LINGER_STEP_NANOS);
            }
            linger.onWaited(queue.size());
        }
    }

    private long keepNanos(long now) {
        return borrowed + KEEP.toNanos() - now;
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
            activity.working(held, LIMIT);
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

    /** Returns a connection. If there is none, returns null, and what waits has failed or is tried again at once. */
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

    /** Stores events that waited together. In the end each is answered, or tried again alone, or in the queue again. */
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
     * Stores the group, again if the database rolled back or the connection broke. Returns null if it is done or if
     * there is no connection, or the last failure.
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
        List<Outbox.Added> answers;
        activity.working(by, LIMIT);
        try {
            answers = access.store(by.connection, events, () -> {
                access.steps().reached(Step.STORING);
                committing.set(true);
            });
            access.steps().reached(Step.STORED);
        } catch (Throwable e) { // of any type: the thread must live, and the callers must know
            boolean isSure =
                    !committing.get() || (e instanceof SQLException sql && JdbcErrors.isSurelyNotCommitted(sql));
            String because = reason(e);
            taken.forEach(event -> event.putBack(!isSure, because));
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
            activity.working(by, LIMIT);
            by.connection.rollback();
        } catch (SQLException | RuntimeException broken) {
            ContainedLog.log(LOG, Level.DEBUG, "The connection is broken and discarded");
            discard();
        }
    }
}
