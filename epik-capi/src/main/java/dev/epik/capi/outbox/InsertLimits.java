// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What precedes an INSERT on MariaDB, so that it neither waits for a lock nor ends the shop's transaction. It holds for
 * that one statement, because a pooler may give the next transaction another session. Empty on other databases.
 *
 * @param own for transactions of the outbox
 * @param shop for a transaction of the shop
 */
record InsertLimits(String own, String shop) {
    static final InsertLimits NONE = new InsertLimits("", "");

    /**
     * Asks the database which limits it has.
     *
     * <p>innodb_snapshot_isolation is on by default since MariaDB 11.6.2. It rolls a transaction back if the event was
     * stored or changed after the transaction's snapshot. innodb_rollback_on_timeout is off by default. If it is on, an
     * INSERT that does not wait would roll the shop's transaction back, so it waits as long as the server lets it.
     */
    static InsertLimits of(Connection connection, Dialect dialect) throws SQLException {
        if (dialect != Dialect.MARIADB) {
            return NONE;
        }
        Map<String, String> settings = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW VARIABLES WHERE Variable_name IN ('version',"
                        + " 'innodb_snapshot_isolation', 'innodb_rollback_on_timeout')")) {
            while (rows.next()) {
                settings.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
        if (!settings.getOrDefault("version", "").contains("MariaDB")) {
            return NONE; // MySQL has no SET STATEMENT
        }
        String wait = "innodb_lock_wait_timeout=0";
        String snapshot = settings.containsKey("innodb_snapshot_isolation") ? "innodb_snapshot_isolation=OFF" : "";
        boolean losesTransaction =
                settings.getOrDefault("innodb_rollback_on_timeout", "").equals("ON");
        return new InsertLimits(statement(wait, snapshot), statement(losesTransaction ? "" : wait, snapshot));
    }

    private static String statement(String first, String second) {
        String both = first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
        return both.isEmpty() ? "" : "SET STATEMENT " + both + " FOR ";
    }
}
