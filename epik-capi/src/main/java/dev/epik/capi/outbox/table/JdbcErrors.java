// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Set;

/**
 * Classifies and describes the errors of databases by SQL state and code. The messages of drivers are not used, because
 * they quote values. An error before the commit stored nothing, whatever its class: the transaction is rolled back, by
 * the caller or when the connection ends.
 */
public final class JdbcErrors {
    // Codes are MariaDB's and MySQL's; PostgreSQL's driver sets none.

    /** Deadlock; row changed since the snapshot (MariaDB). */
    private static final Set<Integer> RETRIED = Set.of(1213, 1020);

    /** Lock wait timeout, which is also MariaDB's NOWAIT; MySQL's NOWAIT. */
    private static final Set<Integer> LOCKED = Set.of(1205, 3572);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** --read-only, read-only mode, read-only transaction. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1836, 1792);

    /** Shutdown, killed, packet too large, and the drivers' errors of sockets. */
    private static final Set<Integer> LOST = Set.of(1053, 1927, 1153, 2006, 2013);

    /** Terminated by PostgreSQL because the transaction was idle or open for too long. */
    private static final Set<String> LOST_STATES = Set.of("25P03", "25P04");

    /** Data exceptions, constraints, and views with a check option. */
    private static final Set<String> BAD_ROW_CLASSES = Set.of("22", "23", "44");

    /**
     * Errors of the statement itself: of values, constraints, names, permissions, resources, limits and views. Poolers
     * report their own errors by other classes.
     */
    private static final Set<String> NOT_COMMITTED_CLASSES = Set.of("22", "23", "42", "44", "53", "54");

    private static final String RAISED_BY_TRIGGER = "P0001";

    /** A trigger's own error (PostgreSQL, MariaDB); an index entry that is too large. */
    private static final Set<String> BAD_ROW_STATES = Set.of(RAISED_BY_TRIGGER, "45000", "54000");

    /**
     * Wrong characters, no default value, data truncated, no partition for the value, a partition that was not named,
     * too long, packet too large, MySQL's CHECK.
     */
    private static final Set<Integer> BAD_ROWS = Set.of(1366, 1364, 1265, 1526, 1748, 1406, 1153, 3819);

    private JdbcErrors() {}

    /**
     * Returns whether the database rolled the transaction back because of another one: nothing of it was stored, and it
     * can be run again. MariaDB 11.6.2 and later report 1020 if a row was changed after the transaction's snapshot.
     */
    public static boolean isWorthAnotherTry(SQLException e) {
        return state(e).startsWith("40") || RETRIED.contains(e.getErrorCode());
    }

    /**
     * Returns whether the statement gave up waiting for a lock: a lock timeout, or NOWAIT. The statement changed
     * nothing.
     */
    public static boolean isLocked(SQLException e) {
        return state(e).equals(LOCK_NOT_AVAILABLE) || LOCKED.contains(e.getErrorCode());
    }

    /** Returns an error of {@link #isLocked}, for a row that was skipped because another transaction has locked it. */
    static SQLException locked() {
        return new SQLException("Another transaction has locked the row", LOCK_NOT_AVAILABLE);
    }

    /**
     * Returns whether the database refused the values of a row. The same statement fails again; other rows can be
     * stored.
     */
    static boolean isBadRow(SQLException e) {
        String state = state(e);
        return BAD_ROW_CLASSES.stream().anyMatch(state::startsWith)
                || BAD_ROW_STATES.contains(state)
                || BAD_ROWS.contains(e.getErrorCode());
    }

    /**
     * Returns whether the database writes nothing at present, as a primary does that became a replica in a fail-over.
     * Nothing was stored. Another connection of the data source may lead to the new primary.
     */
    static boolean isReadOnly(SQLException e) {
        return state(e).equals("25006") || READ_ONLY.contains(e.getErrorCode());
    }

    /**
     * Returns whether the connection must be aborted and not be given back to its pool as healthy: it is broken, its
     * state is unknown, or it leads to a database that writes nothing. Whether a commit that failed so took effect is
     * unknown, see {@link #isSurelyNotCommitted}.
     */
    public static boolean isConnectionLost(SQLException e) {
        String state = state(e);
        return isReadOnly(e)
                || state.startsWith("08")
                || state.startsWith("57P")
                || LOST_STATES.contains(state)
                || LOST.contains(e.getErrorCode())
                || e instanceof SQLTimeoutException
                || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || isOfThePool(e);
    }

    /**
     * Returns whether a commit that failed by this error, or a statement that also commits, stored nothing. If not, the
     * transaction may have been stored; it can be run again, because an event is stored once. A cancelled statement may
     * have been stored: the server may notice the cancellation after the commit.
     */
    public static boolean isSurelyNotCommitted(SQLException e) {
        if (e instanceof CommittedException) {
            return false;
        }
        String state = state(e);
        return isReadOnly(e)
                || (isWorthAnotherTry(e) && !state.equals("40003"))
                || (!isConnectionLost(e)
                        && (state.equals(LOCK_NOT_AVAILABLE)
                                || state.equals(RAISED_BY_TRIGGER)
                                || NOT_COMMITTED_CLASSES.stream().anyMatch(state::startsWith)));
    }

    /**
     * Returns whether a pool or a proxy reports the error, not a database: those set no SQL state. The type alone does
     * not tell: MariaDB's driver uses SQLTransientConnectionException for all errors whose SQL state is HY000.
     */
    private static boolean isOfThePool(SQLException e) {
        return e.getSQLState() == null && e.getErrorCode() == 0;
    }

    public static boolean isMissingTable(SQLException e) {
        return state(e).equals("42P01") || state(e).equals("42S02");
    }

    public static boolean isMissingColumn(SQLException e) {
        return state(e).equals("42703") || state(e).equals("42S22");
    }

    /** Describes an error, and names the script that cures it if tables or columns are missing. */
    public static String describe(SQLException e, Dialect dialect) {
        if (isMissingTable(e)) {
            return missingTables(dialect);
        }
        return isMissingColumn(e) ? oldSchema(1, dialect) : describe(e);
    }

    public static String missingTables(Dialect dialect) {
        return "The tables of the outbox are missing: run " + dialect.file()
                + " of the package dev.epik.capi.outbox, or open with createTables(true)";
    }

    /** Describes tables that have to be migrated. */
    public static String oldSchema(int version, Dialect dialect) {
        return "The tables of the outbox are of an older Epik (schema " + version + ", this one needs "
                + OutboxTable.SCHEMA + "): run " + dialect.migrationFile()
                + " of the package dev.epik.capi.outbox, or open with createTables(true)";
    }

    public static String describe(SQLException e) {
        String state = state(e);
        String cure = "look into the database's log";
        if (isReadOnly(e)) {
            cure = "it is read-only, as a replica is after a fail-over: let the data source lead to the primary;"
                    + " nothing was changed";
        } else if (isBadRow(e)) {
            cure = "it refused a value: look for a constraint, a trigger or a column that was changed;"
                    + " the event was not stored";
        } else if (isConnectionLost(e)) {
            cure = "it cannot be reached, or the connection broke; what was to be stored may have been: store it again";
        } else if (state.startsWith("28")) {
            cure = "it refuses the login of the data source's user";
        } else if (state.equals("42501") || e.getErrorCode() == 1142 || e.getErrorCode() == 1044) {
            cure = "grant its user SELECT, INSERT, UPDATE and DELETE on epik_outbox, epik_books, epik_pause and"
                    + " epik_outbox_schema";
        } else if (state.equals("53100") || e.getErrorCode() == 1114 || e.getErrorCode() == 1021) {
            cure = "its disk is full; nothing was changed";
        } else if (isWorthAnotherTry(e)) {
            cure = "conflicts with other transactions, repeatedly; nothing was changed";
        } else if (isLocked(e)) {
            cure = "another transaction has held a lock for too long; nothing was changed: try again, and look for"
                    + " transactions that stay open";
        }
        return "The database of the outbox failed (" + e.getClass().getSimpleName() + ", SQL state " + state + ", code "
                + e.getErrorCode() + "): " + cure;
    }

    private static String state(SQLException e) {
        return String.valueOf(e.getSQLState());
    }
}
