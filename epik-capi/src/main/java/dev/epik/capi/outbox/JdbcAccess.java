// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The database of a {@link JdbcOutbox}, and how it is spoken to. Immutable.
 *
 * @param asksForIsolation whether to ask each connection for its isolation level, because the first one had another
 *     than ours
 * @param offset what is added to the database's clock: nothing, except in tests
 */
record JdbcAccess(
        DataSource database,
        Dialect dialect,
        OutboxTable table,
        boolean asksForIsolation,
        Supplier<Duration> offset,
        Step.Listener steps) {
    BorrowedConnection borrow(Duration readLimit) throws SQLException {
        return new BorrowedConnection(database, asksForIsolation, readLimit);
    }

    /**
     * Stores the events in a transaction.
     *
     * @param committing called when everything is ready; from then on a failure may be one of the commit
     */
    List<Outbox.Added> store(Connection connection, List<StoredEvent> events, Runnable committing) throws SQLException {
        boolean commitsItself = !dialect.commit().isEmpty();
        if (commitsItself) {
            committing.run();
        }
        List<Outbox.Added> answers = table.insert(connection, events, beyond());
        if (!commitsItself) {
            committing.run();
            connection.commit();
        }
        return answers;
    }

    /** Returns the parameter of {@link Dialect#now()}. */
    long beyond() {
        return offset.get().toMillis();
    }

    /** Returns the database's time. */
    long now(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(dialect.begin())) {
            select.setLong(1, beyond());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
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
