// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same change to many rows: one statement if the database takes arrays, otherwise one batch of statements. */
public final class KeyedUpdate {
    private KeyedUpdate() {}

    /**
     * Changes rows. A row of which the driver does not report whether it was changed counts as changed.
     *
     * @param update ends with {@link Dialect#keyed} or {@link Dialect#leased}. Its condition names the key alone, or
     *     the key and a lease: if it named the state too, PostgreSQL might read all waiting rows by an index on that
     * @param values for the question marks before that of the key
     */
    public static int execute(
            Connection connection,
            Dialect dialect,
            String update,
            List<byte[]> keys,
            List<? extends @Nullable Object> values)
            throws SQLException {
        if (keys.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            if (dialect.takesArrays()) {
                statement.setArray(values.size() + 1, connection.createArrayOf("bytea", keys.toArray(new byte[0][])));
                return statement.executeUpdate();
            }
            for (byte[] key : keys) {
                statement.setBytes(values.size() + 1, key);
                statement.addBatch();
            }
            int changed = 0;
            for (int rows : statement.executeBatch()) {
                changed += rows == Statement.SUCCESS_NO_INFO ? 1 : rows;
            }
            return changed;
        }
    }
}
