// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A connection of the data source, at READ COMMITTED and without auto-commit. It is given back as it was, or it is
 * discarded: aborted, so that no pool lends it again. Not thread-safe, except for {@link #abort}.
 */
final class BorrowedConnection {
    /** The driver does not limit how long a read takes. */
    private static final int UNKNOWN = -1;

    final Connection connection;
    private final boolean autoCommit;
    private final int isolation;
    private final int networkTimeout;

    /**
     * Borrows a connection.
     *
     * @param asksForIsolation false: the connection is assumed to have our isolation level; many drivers ask the
     *     database
     * @param limit of one read of the socket, if the driver can do that
     */
    BorrowedConnection(DataSource database, boolean asksForIsolation, Duration limit) throws SQLException {
        this.connection = database.getConnection();
        try {
            this.networkTimeout = limitReads(connection, limit);
            this.isolation =
                    asksForIsolation ? connection.getTransactionIsolation() : Connection.TRANSACTION_READ_COMMITTED;
            this.autoCommit = connection.getAutoCommit();
            if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
            connection.setAutoCommit(false);
        } catch (SQLException | RuntimeException e) {
            discard();
            throw e;
        }
    }

    private static int limitReads(Connection connection, Duration limit) {
        try {
            int before = connection.getNetworkTimeout();
            int millis = (int) limit.toMillis();
            if (before == 0 || before > millis) {
                connection.setNetworkTimeout(Runnable::run, millis);
                return before;
            }
            return UNKNOWN; // the shop's own limit is shorter
        } catch (SQLException | RuntimeException | AbstractMethodError ignored) {
            return UNKNOWN; // the supervisor aborts a connection that hangs
        }
    }

    /** Gives the connection back as it was. Discards it if that fails. */
    void giveBack() {
        try {
            connection.rollback(); // nothing is left of what was committed
            connection.setAutoCommit(autoCommit);
            if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                connection.setTransactionIsolation(isolation);
            }
            if (networkTimeout != UNKNOWN) {
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
            }
        } catch (SQLException | RuntimeException e) {
            discard();
            return;
        }
        close();
    }

    /** Closes the connection so that no pool lends it again. */
    void discard() {
        abort();
        close();
    }

    /** Aborts what the thread of the connection waits for. Called by any thread. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (Throwable ignored) {
            // a driver or a pool that cannot
        }
    }

    private void close() {
        try {
            connection.close();
        } catch (SQLException | RuntimeException ignored) {
            // broken: it holds nothing any more
        }
    }
}
