// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SQL before an INSERT that keeps it from waiting for a lock and from ending the shop's transaction. On MariaDB it
 * holds for that one statement, on PostgreSQL until the transaction ends, because a pooler may give the next
 * transaction another session. Empty on other databases.
 *
 * @param own for transactions of the outbox
 * @param shop for a transaction of the shop
 */
public record InsertLimits(String own, String shop) {
    static final InsertLimits NONE = new InsertLimits("", "");

    /** A limit in the shop's transaction must be taken back, which takes more than a prefix. */
    private static final InsertLimits POSTGRESQL = new InsertLimits("SET LOCAL lock_timeout = 1; ", "");

    /** The limit of the wait for a lock of the whole table. */
    private static final String TABLE = "lock_wait_timeout=0";

    /**
     * Asks the database which limits it has.
     *
     * <p>innodb_snapshot_isolation is on by default since MariaDB 11.6.2. It rolls a transaction back if the event was
     * stored or changed after the transaction's snapshot. innodb_rollback_on_timeout is off by default. If it is on, an
     * INSERT that does not wait would roll the shop's transaction back, so it waits as long as the server lets it.
     */
    public static InsertLimits of(Connection connection, Dialect dialect) throws SQLException {
        if (dialect != Dialect.MARIADB) {
            return dialect == Dialect.POSTGRESQL ? POSTGRESQL : NONE;
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
        return new InsertLimits(statement(wait, TABLE, snapshot), statement(losesTransaction ? "" : wait, snapshot));
    }

    private static String statement(String... settings) {
        String all = Stream.of(settings).filter(setting -> !setting.isEmpty()).collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : "SET STATEMENT " + all + " FOR ";
    }
}
