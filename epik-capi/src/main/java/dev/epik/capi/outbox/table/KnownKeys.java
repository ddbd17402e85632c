// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.EventStore;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks up the rows that an INSERT did not insert because they exist. Fails if one does not: MariaDB's INSERT IGNORE,
 * or a trigger, may have skipped it for another reason. Not thread-safe.
 */
final class KnownKeys {
    private static final int MAX_KEYS = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final String limits;

    /** @param limits of this transaction, see {@link InsertLimits} */
    KnownKeys(Connection connection, Dialect dialect, String limits) {
        this.connection = connection;
        this.dialect = dialect;
        this.limits = limits;
    }

    /**
     * Returns the result for each key, by the state of its row.
     *
     * @throws SQLException of {@link JdbcErrors#isBadRow} if a row does not exist
     */
    Map<ByteBuffer, EventStore.Added> states(List<byte[]> keys) throws SQLException {
        Map<ByteBuffer, EventStore.Added> states = new HashMap<>();
        for (int from = 0; from < keys.size(); from += MAX_KEYS) {
            read(keys.subList(from, Math.min(from + MAX_KEYS, keys.size())), states);
        }
        return states;
    }

    private void read(List<byte[]> keys, Map<ByteBuffer, EventStore.Added> states) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(select(keys.size()))) {
            for (int i = 0; i < keys.size(); i++) {
                select.setBytes(i + 1, keys.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    states.put(ByteBuffer.wrap(rows.getBytes(1)), answer(rows.getInt(2)));
                }
            }
        }
        if (!keys.stream().map(ByteBuffer::wrap).allMatch(states::containsKey)) {
            throw new SQLException(
                    "The database skipped the event, and no row has its key: look for a trigger, a partition or"
                            + " a second unique index on epik_outbox",
                    SKIPPED);
        }
    }

    private static EventStore.Added answer(int state) {
        return state == RowState.DEAD.number
                ? EventStore.Added.ALREADY_DEAD
                : state == RowState.DELIVERED.number
                        ? EventStore.Added.ALREADY_DELIVERED
                        : EventStore.Added.ALREADY_STORED;
    }

    /** The SQL state of an event that the database skipped: of the class of constraints. */
    static final String SKIPPED = "23E01";

    /**
     * Returns the query for the states of rows. On MariaDB only a locking SELECT sees rows that are newer than the
     * snapshot; the INSERT has locked them already.
     */
    private String select(int keys) {
        String select = "SELECT event_key, state FROM epik_outbox WHERE event_key IN ("
                + String.join(", ", Collections.nCopies(keys, "?")) + ")";
        return dialect == Dialect.MARIADB ? limits + select + " LOCK IN SHARE MODE" : select;
    }
}
