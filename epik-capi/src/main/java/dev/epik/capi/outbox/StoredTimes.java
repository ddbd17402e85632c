// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.spi.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Corrects the stored times after the clock was wrong, within a transaction that the caller holds. */
final class StoredTimes {
    /** The longest wait of an event that is no suspect: the lease, or the delay after a failure, is shorter. */
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    /** The longest wait of a suspect. */
    private static final Duration MAX_WAIT_OF_SUSPECT = Duration.ofDays(1);

    private StoredTimes() {}

    /** Moves all times back after the clock was set back, so that nothing waits longer than it was told to. */
    static void shift(Connection connection, long millis, long now) throws SQLException {
        for (RowState state : List.of(RowState.WAITING, RowState.SUSPECT)) {
            OutboxTable.update(
                    connection,
                    "UPDATE epik_outbox SET ready_at = ready_at - ? WHERE state = " + state.number
                            + " AND ready_at > ?",
                    millis,
                    now);
        }
        endFuture(connection, now);
        OutboxTable.update(
                connection,
                "UPDATE epik_pause SET paused_until = paused_until - ? WHERE paused_until > ?",
                millis,
                now);
    }

    /**
     * Ends waits and pauses that are longer than any delay that delivery asks for. A clock that was ahead when they
     * began has made them so. How long they should have been is not known.
     */
    static void clamp(Connection connection, long now) throws SQLException {
        clampWait(connection, RowState.WAITING, MAX_WAIT, now);
        clampWait(connection, RowState.SUSPECT, MAX_WAIT_OF_SUSPECT, now);
        endFuture(connection, now);
        OutboxTable.update(
                connection,
                "UPDATE epik_pause SET paused_until = ? WHERE paused_until > ?",
                now,
                OutboxTable.after(now, Outbox.MAX_PAUSE));
    }

    private static void clampWait(Connection connection, RowState state, Duration max, long now) throws SQLException {
        OutboxTable.update(
                connection,
                "UPDATE epik_outbox SET ready_at = ? WHERE state = " + state.number + " AND ready_at > ?",
                now,
                OutboxTable.after(now, max));
    }

    /** Sets times of the past that lie in the future to now. */
    private static void endFuture(Connection connection, long now) throws SQLException {
        for (RowState state : List.of(RowState.WAITING, RowState.SUSPECT)) {
            setToNow(connection, "stored_at", state, now);
        }
        setToNow(connection, "failed_alone_since", RowState.SUSPECT, now);
        setToNow(connection, "last_blame", RowState.SUSPECT, now);
    }

    private static void setToNow(Connection connection, String column, RowState state, long now) throws SQLException {
        OutboxTable.update(
                connection,
                "UPDATE epik_outbox SET " + column + " = ? WHERE state = " + state.number + " AND " + column + " > ?",
                now,
                now);
    }
}
