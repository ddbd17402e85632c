// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.pinterest.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Three statements, one for each outcome, each sent in one go. */
final class Settling implements AutoCloseable {
    private static final int LONGEST_REASON = 2000;
    private static final String OURS = " WHERE event_key = ? AND lease = ? AND state = 0";

    private final PreparedStatement delivered;
    private final PreparedStatement dead;
    private final PreparedStatement waiting;
    private final String lease;
    private final long now;

    Settling(Connection connection, String lease, long now) throws SQLException {
        this.lease = lease;
        this.now = now;
        this.delivered = connection.prepareStatement("UPDATE epik_outbox SET state = 2, settled_at = ?, name = NULL,"
                + " event_id = NULL, json = NULL, bytes = NULL, happened_at = NULL, offline = NULL,"
                + " redriven = NULL, stored_at = NULL, urgent_until = NULL, ready_at = NULL, lease = NULL" + OURS);
        this.dead = connection.prepareStatement(
                "UPDATE epik_outbox SET state = 1, settled_at = ?, reason = ?, lease = NULL" + OURS);
        this.waiting = connection.prepareStatement("UPDATE epik_outbox SET ready_at = ?,"
                + " urgent_until = CASE WHEN ? = 1 THEN 0 ELSE urgent_until END, lease = NULL" + OURS);
    }

    void add(byte[] key, Settlement settlement) throws SQLException {
        if (settlement.outcome() instanceof Outcome.Postponed) {
            waiting.setLong(1, now + settlement.again().toMillis());
            waiting.setInt(2, settlement.behind() ? 1 : 0);
            batch(waiting, 3, key);
        } else if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            dead.setLong(1, now);
            dead.setString(2, cut(rejected.reason()));
            batch(dead, 3, key);
        } else {
            delivered.setLong(1, now);
            batch(delivered, 2, key);
        }
    }

    private void batch(PreparedStatement statement, int index, byte[] key) throws SQLException {
        statement.setBytes(index, key);
        statement.setString(index + 1, lease);
        statement.addBatch();
    }

    /** A driver that does not say how many it changed is believed: only a warning hangs on it. */
    int execute() throws SQLException {
        int settled = 0;
        for (PreparedStatement statement : List.of(delivered, dead, waiting)) {
            for (int rows : statement.executeBatch()) {
                settled += rows == Statement.SUCCESS_NO_INFO ? 1 : rows;
            }
        }
        return settled;
    }

    @Override
    public void close() throws SQLException {
        try (delivered;
                dead;
                waiting) {
            // each, whatever the others do
        }
    }

    /** For people, who do not read more. */
    static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }
}
