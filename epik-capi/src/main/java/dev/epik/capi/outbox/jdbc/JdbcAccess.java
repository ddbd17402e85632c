// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.JdbcErrors;
import dev.epik.capi.outbox.table.OutboxTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * The database of a JDBC outbox, with its dialect and tables. Immutable.
 *
 * @param asksForIsolation whether to ask each connection for its isolation level, because the first one had another
 *     than ours
 */
public record JdbcAccess(
        DataSource database,
        Dialect dialect,
        OutboxTable table,
        boolean asksForIsolation,
        CrashPoint.Listener crashPoints) {
    BorrowedConnection borrow(Duration readLimit) throws SQLException {
        return new BorrowedConnection(database, asksForIsolation, readLimit);
    }

    /**
     * Stores the events in a transaction.
     *
     * @param committing called when everything is ready; from then on a failure may be one of the commit
     */
    List<EventStore.Added> store(Connection connection, List<StoredEvent> events, Runnable committing)
            throws SQLException {
        boolean commitsItself = !dialect.commit().isEmpty();
        if (commitsItself) {
            committing.run();
        }
        List<EventStore.Added> answers = table.insert(connection, events);
        if (!commitsItself) {
            committing.run();
            connection.commit();
        }
        return answers;
    }

    /** Returns the database's time. */
    long now(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(dialect.begin());
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Describes a failure. Quotes no message of a driver. */
    String describe(Throwable e) {
        if (e instanceof SQLException sql) {
            return JdbcErrors.describe(sql, dialect);
        }
        return e instanceof OutboxException ours
                ? ours.getMessage()
                : e.getClass().getName();
    }

    /** Describes why the data source gave no connection. */
    String describeConnecting(Throwable e) {
        return e instanceof SQLException sql
                ? JdbcErrors.describe(sql, dialect)
                : "The data source gave no connection (" + e.getClass().getName() + "). " + RoutingDataSource.CURE;
    }
}
