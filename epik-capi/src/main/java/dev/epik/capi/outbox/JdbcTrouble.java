// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;

/** What a database is, and what its errors mean: by product, state and code, never by a driver's words, which quote values. */
final class JdbcTrouble {
    private JdbcTrouble() {}

    static Dialect dialectOf(DatabaseMetaData database) throws SQLException {
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

    /** Rolled back for the sake of another transaction. */
    static boolean isWorthAnotherTry(SQLException trouble) {
        return state(trouble).startsWith("40");
    }

    static boolean isMissingTable(SQLException trouble) {
        return state(trouble).equals("42P01") || state(trouble).equals("42S02");
    }

    static String said(SQLException trouble, Dialect dialect) {
        return isMissingTable(trouble)
                ? "The tables of the outbox are missing: run " + dialect.file()
                        + " of the package dev.epik.capi.outbox, or open with createTables(true)"
                : said(trouble);
    }

    static String said(SQLException trouble) {
        String state = state(trouble);
        String cure = "look into the database's log";
        if (state.startsWith("08") || state.startsWith("57P") || isOfConnections(trouble)) {
            cure = "it cannot be reached, or the connection broke; what was to be stored may have been: store it again";
        } else if (state.startsWith("28")) {
            cure = "it does not let the data source's user in";
        } else if (state.equals("42501") || trouble.getErrorCode() == 1142 || trouble.getErrorCode() == 1044) {
            cure = "grant its user SELECT, INSERT, UPDATE and DELETE on epik_outbox, epik_pause and epik_outbox_schema";
        } else if (state.equals("53100") || trouble.getErrorCode() == 1114 || trouble.getErrorCode() == 1021) {
            cure = "its disk is full; nothing was changed";
        } else if (isWorthAnotherTry(trouble)) {
            cure = "other transactions stood in the way, again and again; nothing was changed";
        }
        return "The database of the outbox failed (" + trouble.getClass().getSimpleName() + ", SQL state " + state
                + ", code " + trouble.getErrorCode() + "): " + cure;
    }

    /** Pools have no states for what they mean. */
    private static boolean isOfConnections(SQLException trouble) {
        return trouble instanceof SQLTransientConnectionException
                || trouble instanceof SQLNonTransientConnectionException
                || trouble instanceof SQLRecoverableException;
    }

    private static String state(SQLException trouble) {
        return String.valueOf(trouble.getSQLState());
    }
}
