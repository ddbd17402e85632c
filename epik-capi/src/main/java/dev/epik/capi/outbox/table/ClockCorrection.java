// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Corrects the stored times after the clock was wrong, within a transaction that the caller holds. */
public final class ClockCorrection {
    private ClockCorrection() {}

    /** Moves all times back after the clock was set back, so that no event waits longer than delivery asked for. */
    public static void shift(Connection connection, long millis, long now) throws SQLException {
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
    public static void clamp(Connection connection, long now) throws SQLException {
        clampWait(connection, RowState.WAITING, now);
        clampWait(connection, RowState.SUSPECT, now);
        endFuture(connection, now);
        OutboxTable.update(
                connection,
                "UPDATE epik_pause SET paused_until = ? WHERE paused_until > ?",
                now,
                OutboxTable.after(now, Outbox.MAX_PAUSE));
    }

    private static void clampWait(Connection connection, RowState state, long now) throws SQLException {
        OutboxTable.update(
                connection,
                "UPDATE epik_outbox SET ready_at = ? WHERE state = " + state.number + " AND ready_at > ?",
                now,
                ClockRepair.max(state, now));
    }

    /** Sets times that should be in the past, but are in the future, to now. */
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
