// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.outbox.table.JdbcErrors;
import java.sql.SQLException;
import java.util.Set;

/** The classes of errors when a group of events is stored. */
enum StoreError {
    /** Another transaction holds a row or the table locked for longer than the writer waits. */
    LOCKED,
    /** The database rolled back because of another transaction. The same transaction may succeed now. */
    CONFLICT,
    /** The connection is broken, or leads to a server that does not write any more. It must not be used again. */
    CONNECTION,
    /** An error that every event would have, such as a missing table or a full disk. */
    EVERY_EVENT,
    /** One of the events may be the cause, for example by a value that the database refuses. */
    ONE_EVENT,
    /** Not an error of the database. */
    UNKNOWN;

    /** Error codes of MariaDB and MySQL for a statement that ran into a timeout. */
    private static final Set<Integer> TIMEOUT_CODES = Set.of(1969, 1317, 3024);

    private static final Set<Integer> FULL_OR_READ_ONLY_TABLE = Set.of(1021, 1036, 1041, 1114);

    static StoreError of(Throwable e) {
        if (!(e instanceof SQLException sql)) {
            return UNKNOWN;
        }
        String state = String.valueOf(sql.getSQLState());
        if (JdbcErrors.isLocked(sql)) {
            return LOCKED;
        }
        if (JdbcErrors.isConnectionLost(sql) || isTimeout(sql)) {
            return CONNECTION;
        }
        if (JdbcErrors.isWorthAnotherTry(sql)) {
            return CONFLICT;
        }
        if (state.startsWith("42") || state.startsWith("53") || state.startsWith("28") || state.startsWith("58")) {
            return EVERY_EVENT;
        }
        return FULL_OR_READ_ONLY_TABLE.contains(sql.getErrorCode()) ? EVERY_EVENT : ONE_EVENT;
    }

    /** Returns whether the server ended the statement because it took too long, or it was cancelled. */
    private static boolean isTimeout(SQLException e) {
        return "57014".equals(e.getSQLState()) || TIMEOUT_CODES.contains(e.getErrorCode());
    }
}
