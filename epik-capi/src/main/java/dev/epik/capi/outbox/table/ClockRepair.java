// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Repairs rows that would wait longer than any row may, because the database's clock was set back, or another server
 * took over. Within a transaction that the caller holds. Rows that another transaction has locked are left.
 */
final class ClockRepair {
    /** Longer than a lease: a claimer that is at work can still settle. */
    private static final Duration LEFT_OF_LEASES = Duration.ofMinutes(5);

    private static final int MAX_AT_ONCE = 1000;

    private final Connection connection;
    private final Dialect dialect;
    private final long now;

    ClockRepair(Connection connection, Dialect dialect, long now) {
        this.connection = connection;
        this.dialect = dialect;
        this.now = now;
    }

    /** Returns the time beyond which no row of this state may be ready. */
    static long max(RowState state, long now) {
        return OutboxTable.after(now, state.maxWait);
    }

    /** Makes rows of an ad account that are ready too late ready now, or soon if they are leased. */
    void repair(String adAccount, RowState state) throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT event_key FROM " + dialect.from(dialect.timeIndex(state))
                        + " WHERE state = " + state.number + " AND ad_account = ? AND ready_at > ? LIMIT "
                        + MAX_AT_ONCE + dialect.locking())) {
            OutboxTable.bind(select, adAccount, max(state, now));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getBytes(1));
                }
            }
        }
        KeyedUpdate.execute(
                connection,
                dialect,
                "UPDATE epik_outbox SET ready_at = CASE WHEN lease IS NULL THEN ? ELSE ? END,"
                        + " stored_at = CASE WHEN stored_at > ? THEN ? ELSE stored_at END WHERE " + dialect.keyed(),
                keys,
                List.of(now, OutboxTable.after(now, LEFT_OF_LEASES), now, now));
    }
}
