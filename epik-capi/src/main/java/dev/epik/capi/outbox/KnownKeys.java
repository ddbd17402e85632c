// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that rows exist which an INSERT did not insert. MariaDB's INSERT IGNORE, or a trigger on PostgreSQL, may have
 * skipped them for another reason. Not thread-safe.
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
     * Checks the keys of events.
     *
     * @throws SQLException of {@link JdbcErrors#isBadRow} if a row does not exist
     */
    void check(List<byte[]> keys) throws SQLException {
        for (int from = 0; from < keys.size(); from += MAX_KEYS) {
            checkSome(keys.subList(from, Math.min(from + MAX_KEYS, keys.size())));
        }
    }

    private void checkSome(List<byte[]> keys) throws SQLException {
        Set<ByteBuffer> missing = new HashSet<>();
        keys.forEach(key -> missing.add(ByteBuffer.wrap(key)));
        try (PreparedStatement select = connection.prepareStatement(select(keys.size()))) {
            for (int i = 0; i < keys.size(); i++) {
                select.setBytes(i + 1, keys.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    missing.remove(ByteBuffer.wrap(rows.getBytes(1)));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new SQLException(
                    "The database skipped the event, and no row has its key: look for a trigger, a partition or"
                            + " a second unique index on epik_outbox",
                    SKIPPED);
        }
    }

    /** The SQL state of an event that the database skipped: of the class of constraints. */
    static final String SKIPPED = "23E01";

    /** On MariaDB the INSERT has locked the rows. Only a locking SELECT sees those newer than the snapshot. */
    private String select(int keys) {
        String select = "SELECT event_key FROM epik_outbox WHERE event_key IN ("
                + String.join(", ", Collections.nCopies(keys, "?")) + ")";
        return dialect == Dialect.MARIADB ? limits + select + " LOCK IN SHARE MODE" : select;
    }
}
