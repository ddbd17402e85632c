// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The same change to many rows: one statement where the database takes arrays, one batch where it does not. */
final class KeyedUpdate {
    private KeyedUpdate() {}

    /**
     * A driver that does not say how many it changed is believed: only a warning hangs on it.
     *
     * @param change up to its condition. That has the key alone, and a lease where there is one: with a word on the state PostgreSQL may read
     *     all that waits by its indexes
     */
    static int execute(Connection connection, Dialect dialect, String change, List<byte[]> keys, List<Object> values)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(change + dialect.keyed())) {
            for (int i = 0; i < values.size(); i++) {
                update.setObject(i + 1, values.get(i));
            }
            if (dialect.takesArrays()) {
                update.setArray(values.size() + 1, connection.createArrayOf("bytea", keys.toArray(new byte[0][])));
                return update.executeUpdate();
            }
            int changed = 0;
            for (byte[] key : keys) {
                update.setBytes(values.size() + 1, key);
                update.addBatch();
            }
            for (int rows : update.executeBatch()) {
                changed += rows == Statement.SUCCESS_NO_INFO ? 1 : rows;
            }
            return changed;
        }
    }
}
