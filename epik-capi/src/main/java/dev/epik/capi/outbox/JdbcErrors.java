// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;

/**
 * Tells databases apart, and describes their errors by SQL state and code. The messages of drivers are not used,
 * because they quote values.
 */
final class JdbcErrors {
    private JdbcErrors() {}

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

    /** Returns whether the database rolled the transaction back for the sake of another one. */
    static boolean isWorthAnotherTry(SQLException e) {
        return state(e).startsWith("40");
    }

    static boolean isMissingTable(SQLException e) {
        return state(e).equals("42P01") || state(e).equals("42S02");
    }

    static boolean isMissingColumn(SQLException e) {
        return state(e).equals("42703") || state(e).equals("42S22");
    }

    /** Describes an error, and names the script that cures it if tables or columns are missing. */
    static String describe(SQLException e, Dialect dialect) {
        if (isMissingTable(e)) {
            return missingTables(dialect);
        }
        return isMissingColumn(e) ? oldSchema(1, dialect) : describe(e);
    }

    static String missingTables(Dialect dialect) {
        return "The tables of the outbox are missing: run " + dialect.file()
                + " of the package dev.epik.capi.outbox, or open with createTables(true)";
    }

    /** Describes tables that have to be migrated. */
    static String oldSchema(int version, Dialect dialect) {
        return "The tables of the outbox are of an older Epik (schema " + version + ", this one needs "
                + JdbcTables.SCHEMA + "): run " + dialect.migrationFile()
                + " of the package dev.epik.capi.outbox, or open with createTables(true)";
    }

    static String describe(SQLException e) {
        String state = state(e);
        String cure = "look into the database's log";
        if (state.startsWith("08") || state.startsWith("57P") || isOfConnections(e)) {
            cure = "it cannot be reached, or the connection broke; what was to be stored may have been: store it again";
        } else if (state.startsWith("28")) {
            cure = "it does not let the data source's user in";
        } else if (state.equals("42501") || e.getErrorCode() == 1142 || e.getErrorCode() == 1044) {
            cure = "grant its user SELECT, INSERT, UPDATE and DELETE on epik_outbox, epik_books, epik_pause and"
                    + " epik_outbox_schema";
        } else if (state.equals("53100") || e.getErrorCode() == 1114 || e.getErrorCode() == 1021) {
            cure = "its disk is full; nothing was changed";
        } else if (isWorthAnotherTry(e)) {
            cure = "other transactions stood in the way, again and again; nothing was changed";
        }
        return "The database of the outbox failed (" + e.getClass().getSimpleName() + ", SQL state " + state + ", code "
                + e.getErrorCode() + "): " + cure;
    }

    /** Returns whether the type alone says that the connection is at fault: pools set no SQL state. */
    private static boolean isOfConnections(SQLException e) {
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException;
    }

    private static String state(SQLException e) {
        return String.valueOf(e.getSQLState());
    }
}
