// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one thread of a {@link JdbcOutbox} waits for, for the supervisor to read. Thread-safe. */
final class Activity {
    /**
     * @param nanos since when
     * @param limit how long it may take
     * @param connection null while the thread waits for the data source
     */
    record Doing(long nanos, Duration limit, @Nullable BorrowedConnection connection) {
        boolean isOver(long now, Duration beyond) {
            return now - nanos > limit.plus(beyond).toNanos();
        }
    }

    private volatile @Nullable Doing doing;
    private volatile boolean abandoned;

    void connecting(Duration limit) {
        doing = new Doing(System.nanoTime(), limit, null);
    }

    void working(BorrowedConnection connection, Duration limit) {
        doing = new Doing(System.nanoTime(), limit, connection);
    }

    void nothing() {
        doing = null;
    }

    /** Returns null if the thread waits for nothing but tasks. */
    @Nullable
    Doing doing() {
        return doing;
    }

    boolean isConnecting() {
        Doing now = doing;
        return now != null && now.connection == null;
    }

    /** Tells the thread, which hangs, that another one has taken its place: it ends as soon as it can. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
