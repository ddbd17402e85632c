// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.outbox.JdbcOutbox;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The current activity of one thread of a {@link JdbcOutbox}, for the supervisor to read. Thread-safe. */
final class ThreadActivity {
    /**
     * @param nanos since when
     * @param limit how long it may take
     * @param connection null while the thread waits for the data source
     */
    record Operation(long nanos, Duration limit, @Nullable BorrowedConnection connection) {
        boolean isOver(long now, Duration beyond) {
            return now - nanos > limit.plus(beyond).toNanos();
        }
    }

    private volatile @Nullable Operation operation;
    private volatile boolean abandoned;

    void connecting(Duration limit) {
        operation = new Operation(System.nanoTime(), limit, null);
    }

    void working(BorrowedConnection connection, Duration limit) {
        operation = new Operation(System.nanoTime(), limit, connection);
    }

    void nothing() {
        operation = null;
    }

    /** Returns what the thread is doing; null if it waits for tasks. */
    @Nullable
    Operation operation() {
        return operation;
    }

    boolean isConnecting() {
        Operation now = operation;
        return now != null && now.connection == null;
    }

    /** Marks the thread, which hangs, as replaced: it ends as soon as it can. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
