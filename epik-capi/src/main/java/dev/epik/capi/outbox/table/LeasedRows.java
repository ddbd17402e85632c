// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows of one lease, within a transaction that the caller holds. Never waits for a row that another transaction
 * has locked.
 */
final class LeasedRows {
    /** Keys in one IN list. */
    private static final int MAX_KEYS = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final String lease;

    LeasedRows(Connection connection, Dialect dialect, String lease) {
        this.connection = connection;
        this.dialect = dialect;
        this.lease = lease;
    }

    /**
     * Locks the rows of these keys that are of the lease and that no other transaction has locked, if the dialect
     * cannot skip locked rows while it changes them.
     *
     * @return the keys of the rows that may be changed; empty if {@link #update} finds that out itself
     */
    Optional<Set<ByteBuffer>> lock(List<byte[]> keys) throws SQLException {
        return dialect.locksBeforeUpdate() ? Optional.of(select(keys, dialect.locking())) : Optional.empty();
    }

    /**
     * Changes the rows of these keys that are of the lease, locked ones excepted.
     *
     * @param assignments of an UPDATE
     * @param values for the question marks of the assignments
     * @param keys if the dialect locks before it updates, of rows that are locked already
     * @return how many rows were changed
     */
    int update(String assignments, List<? extends @Nullable Object> values, List<byte[]> keys) throws SQLException {
        List<@Nullable Object> all = new ArrayList<>(values);
        all.add(lease);
        return KeyedUpdate.execute(
                connection, dialect, "UPDATE epik_outbox SET " + assignments + " WHERE " + dialect.leased(), keys, all);
    }

    /** Returns the keys of the rows that are still of the lease, locked or not. Locks nothing. */
    Set<ByteBuffer> held(List<byte[]> keys) throws SQLException {
        return dialect == Dialect.SQLITE ? Set.of() : select(keys, "");
    }

    private Set<ByteBuffer> select(List<byte[]> keys, String locking) throws SQLException {
        Set<ByteBuffer> found = new HashSet<>();
        int max = dialect.takesArrays() ? keys.size() : MAX_KEYS;
        for (int from = 0; from < keys.size(); from += max) {
            select(keys.subList(from, Math.min(from + max, keys.size())), locking, found);
        }
        return found;
    }

    private void select(List<byte[]> keys, String locking, Set<ByteBuffer> found) throws SQLException {
        String which = dialect.takesArrays()
                ? dialect.keyed()
                : "event_key IN (" + String.join(", ", Collections.nCopies(keys.size(), "?")) + ")";
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT event_key FROM " + dialect.from("PRIMARY") + " WHERE lease = ? AND " + which + locking)) {
            select.setString(1, lease);
            if (dialect.takesArrays()) {
                select.setArray(2, connection.createArrayOf("bytea", keys.toArray(new byte[0][])));
            } else {
                for (int i = 0; i < keys.size(); i++) {
                    select.setBytes(i + 2, keys.get(i));
                }
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(ByteBuffer.wrap(rows.getBytes(1)));
                }
            }
        }
    }
}
