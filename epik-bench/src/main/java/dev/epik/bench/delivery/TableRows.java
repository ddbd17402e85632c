// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Checks whether the table of another library is empty, that is, whether its work is done. */
final class TableRows {
    private TableRows() {}

    static boolean none(DataSource database, String table) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
            return !row.next();
        }
    }
}
