// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.pinterest.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the outcomes of one batch change in its rows: one statement for all that change alike, and nearly always all do. */
final class Settling {
    private static final int LONGEST_REASON = 2000;
    private static final String DELIVERED = "UPDATE epik_outbox SET state = 2, settled_at = ?, name = NULL,"
            + " event_id = NULL, json = NULL, bytes = NULL, happened_at = NULL, offline = NULL,"
            + " redriven = NULL, stored_at = NULL, urgent_until = NULL, ready_at = NULL, lease = NULL";
    private static final String DEAD = "UPDATE epik_outbox SET state = 1, settled_at = ?, reason = ?, lease = NULL";
    private static final String WAITING = "UPDATE epik_outbox SET ready_at = ?,"
            + " urgent_until = CASE WHEN ? = 1 THEN 0 ELSE urgent_until END, lease = NULL";
    private static final String OURS = " WHERE lease = ? AND ";

    private final String lease;
    private final long now;
    private final Map<Change, List<byte[]>> changes = new LinkedHashMap<>();

    Settling(String lease, long now) {
        this.lease = lease;
        this.now = now;
    }

    void add(byte[] key, Settlement settlement) {
        changes.computeIfAbsent(change(settlement), none -> new ArrayList<>()).add(key);
    }

    private Change change(Settlement settlement) {
        if (settlement.outcome() instanceof Outcome.Postponed) {
            return new Change(
                    WAITING, List.of(now + settlement.again().toMillis(), settlement.behind() ? 1 : 0, lease));
        }
        if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            return new Change(DEAD, List.of(now, cut(rejected.reason()), lease));
        }
        return new Change(DELIVERED, List.of(now, lease));
    }

    /** How many rows were the lease's. */
    int execute(Connection connection, Dialect dialect) throws SQLException {
        int settled = 0;
        for (Map.Entry<Change, List<byte[]>> each : changes.entrySet()) {
            Change change = each.getKey();
            settled += KeyedUpdate.execute(connection, dialect, change.sql + OURS, each.getValue(), change.values);
        }
        return settled;
    }

    /** For people, who do not read more. */
    static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    private record Change(String sql, List<Object> values) {
        /** By hand, for the reason that {@link StoredEvent.Key} gives. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Change change && sql.equals(change.sql) && values.equals(change.values);
        }

        @Override
        public int hashCode() {
            return sql.hashCode() * 31 + values.hashCode();
        }
    }
}
