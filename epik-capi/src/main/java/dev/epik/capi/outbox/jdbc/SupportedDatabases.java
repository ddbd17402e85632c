// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.table.Dialect;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** Recognizes the databases that an outbox can use, and refuses versions that are too old. */
public final class SupportedDatabases {
    private SupportedDatabases() {}

    /**
     * Returns the dialect of a database.
     *
     * @throws EpikException if the database is unknown or too old; the message names the cure
     */
    public static Dialect dialectOf(DatabaseMetaData database) throws SQLException {
        String product = database.getDatabaseProductName();
        int version = database.getDatabaseMajorVersion() * 100 + database.getDatabaseMinorVersion();
        String name = product.toLowerCase(Locale.ROOT);
        if (name.equals("postgresql")) {
            return atLeast(1200, "12", version, Dialect.POSTGRESQL, product);
        }
        if (name.equals("mariadb")) {
            return atLeast(1006, "10.6", version, Dialect.MARIADB, product);
        }
        if (name.equals("mysql")) {
            return atLeast(800, "8", version, Dialect.MARIADB, product);
        }
        throw new EpikException("JdbcOutbox does not know the database " + product
                + ": give it a data source of PostgreSQL, MariaDB or MySQL, or use a SqliteOutbox");
    }

    private static Dialect atLeast(int least, String inWords, int version, Dialect dialect, String product) {
        if (version < least) {
            throw new EpikException("JdbcOutbox needs " + product + " " + inWords + " or later, this is "
                    + version / 100 + "." + version % 100 + ": update it, or use a SqliteOutbox");
        }
        return dialect;
    }
}
