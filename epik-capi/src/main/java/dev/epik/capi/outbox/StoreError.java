// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.SQLException;
import java.util.Set;

/** What an error says about the events that were to be stored together, and about the connection. */
enum StoreError {
    /** Another transaction holds a row, or the table, for longer than we wait. */
    LOCKED,
    /** The database rolled back for the sake of another transaction: the same again may succeed. */
    CONFLICT,
    /** The connection is broken, or leads to a server that does not write any more. It must not be used again. */
    CONNECTION,
    /** Every event would meet it, such as a missing table or a full disk. */
    EVERY_EVENT,
    /** One of the events may be at fault, such as by a value that the database does not take. */
    ONE_EVENT,
    /** No error of the database. Nothing is known. */
    UNKNOWN;

    /** Of MariaDB and MySQL. */
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

    /** The server ended the statement because it took too long, or somebody cancelled it. */
    private static boolean isTimeout(SQLException e) {
        return "57014".equals(e.getSQLState()) || TIMEOUT_CODES.contains(e.getErrorCode());
    }
}
