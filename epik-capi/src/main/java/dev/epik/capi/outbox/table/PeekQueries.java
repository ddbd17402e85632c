// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what could be claimed, and the pauses, within a transaction that the caller holds. */
public final class PeekQueries {
    /** Pauses that end later were written before the clock was set back. */
    private static final String IS_PAUSED = "paused_until > ? AND paused_until <= ?";

    private final Connection connection;
    private final Dialect dialect;
    private final long now;
    private boolean isRepaired;

    PeekQueries(Connection connection, Dialect dialect, long now) {
        this.connection = connection;
        this.dialect = dialect;
        this.now = now;
    }

    /** Returns what could be claimed; see {@link Outbox#peek}. */
    Peek peek(String adAccount, int max) throws SQLException {
        int ready = 0;
        boolean hasUnclaimable = false;
        Optional<Duration> first = Optional.empty();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT stored_at, urgent_until FROM " + dialect.from("epik_outbox_ready")
                        + " WHERE state = 0 AND ad_account = ? AND ready_at <= ? ORDER BY ready_at LIMIT ?")) {
            select.setString(1, adAccount);
            select.setLong(2, now);
            select.setInt(3, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long urgentUntil = rows.getLong(2);
                    if (urgentUntil < 0 || (urgentUntil == 0 && rows.wasNull())) {
                        hasUnclaimable = true;
                    } else if (ready++ == 0) {
                        first = Optional.of(OutboxTable.since(rows.getLong(1), now));
                    }
                }
            }
        }
        if (hasUnclaimable) {
            ClaimQueries claiming = new ClaimQueries(connection, dialect, now);
            claiming.buryUnclaimable(adAccount);
            claiming.writeBooks();
        }
        return peek(adAccount, max, ready, first);
    }

    /** Adds the next times and the pause, read by one statement. */
    private Peek peek(String adAccount, int max, int ready, Optional<Duration> first) throws SQLException {
        boolean isFull = ready == max;
        long latestPause = latestPause(now);
        List<Object> values = new ArrayList<>(List.of(
                adAccount,
                adAccount,
                now,
                latestPause,
                adAccount,
                now,
                latestPause,
                adAccount,
                ClockRepair.max(RowState.WAITING, now),
                adAccount,
                ClockRepair.max(RowState.SUSPECT, now)));
        String nextReady = "NULL";
        if (!isFull) {
            values.addAll(0, List.of(adAccount, now));
            nextReady = "SELECT ready_at FROM " + dialect.from("epik_outbox_ready")
                    + " WHERE state = 0 AND ad_account = ? AND ready_at > ? ORDER BY ready_at LIMIT 1";
        }
        String nextSuspect = "SELECT ready_at FROM " + dialect.from(dialect.timeIndex(RowState.SUSPECT))
                + " WHERE state = 3 AND ad_account = ? AND ready_at IS NOT NULL ORDER BY ready_at LIMIT 1";
        String pause = " FROM epik_pause WHERE ad_account = ? AND " + IS_PAUSED;
        try (PreparedStatement select = connection.prepareStatement("SELECT (" + nextReady + "), (" + nextSuspect
                + "), (SELECT paused_until" + pause + "), (SELECT reason" + pause + "), (" + tooLate(RowState.WAITING)
                + "), (" + tooLate(RowState.SUSPECT) + ")")) {
            OutboxTable.bind(select, values.toArray());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                if (!isRepaired && (row.getString(5) != null || row.getString(6) != null)) {
                    return repaired(adAccount, max);
                }
                Optional<Duration> next = until(row, 1);
                Optional<Duration> suspect = until(row, 2);
                Optional<Peek.Pause> paused = until(row, 3).map(left -> new Peek.Pause(left, ""));
                if (paused.isPresent()) {
                    paused = Optional.of(new Peek.Pause(paused.get().left(), reason(row.getString(4))));
                }
                return new Peek(ready, first, next, suspect, paused);
            }
        }
    }

    /** Returns a SELECT of one row that is ready later than it may be. */
    private String tooLate(RowState state) {
        return "SELECT event_key FROM " + dialect.from(dialect.timeIndex(state)) + " WHERE state = " + state.number
                + " AND ad_account = ? AND ready_at > ? ORDER BY ready_at LIMIT 1";
    }

    /** Repairs such rows, and looks once more. */
    private Peek repaired(String adAccount, int max) throws SQLException {
        ClockRepair repair = new ClockRepair(connection, dialect, now);
        repair.repair(adAccount, RowState.WAITING);
        repair.repair(adAccount, RowState.SUSPECT);
        isRepaired = true;
        return peek(adAccount, max);
    }

    private static long latestPause(long now) {
        return OutboxTable.after(now, Outbox.MAX_PAUSE);
    }

    /** Returns how long it is until the time in this column; zero if it is over. */
    private Optional<Duration> until(ResultSet row, int column) throws SQLException {
        long time = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(Math.max(0, time - now)));
    }

    private static String reason(@Nullable String stored) {
        return Objects.requireNonNullElse(stored, "");
    }

    /** Returns the pause of one ad account. */
    public static Optional<Peek.Pause> pause(Connection connection, String adAccount, long now) throws SQLException {
        return Optional.ofNullable(
                pauses(connection, " AND ad_account = ?", now, adAccount).get(adAccount));
    }

    /** Returns the pauses of all ad accounts. */
    public static Map<String, Peek.Pause> pauses(Connection connection, long now) throws SQLException {
        return pauses(connection, "", now);
    }

    private static Map<String, Peek.Pause> pauses(Connection connection, String which, long now, Object... values)
            throws SQLException {
        Map<String, Peek.Pause> pauses = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT ad_account, paused_until, reason FROM epik_pause WHERE " + IS_PAUSED + which)) {
            List<Object> all = new ArrayList<>(List.of(now, latestPause(now)));
            all.addAll(List.of(values));
            OutboxTable.bind(select, all.toArray());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Duration left = Duration.ofMillis(rows.getLong(2) - now);
                    pauses.put(rows.getString(1), new Peek.Pause(left, reason(rows.getString(3))));
                }
            }
        }
        return pauses;
    }
}
