// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * An outbox in the shop's own database, for one node or many: PostgreSQL 12 or later, MariaDB 10.6 or later and,
 * untested, MySQL 8. The {@code .sql} file of this package for that database creates its tables, or
 * {@link Builder#createTables} does.
 *
 * <p><b>In a crash</b> of the shop or of the database nothing is lost that was reported as stored, provided that the
 * database keeps what it committed: PostgreSQL with {@code synchronous_commit} and {@code fsync} on, MariaDB with
 * {@code innodb_flush_log_at_trx_commit=1}, as they are by default.
 *
 * <p><b>Cost.</b> A claim reads no more rows than it takes, however many wait. But while a transaction stays open for
 * hours, PostgreSQL keeps the rows that were delivered meanwhile in its indexes, and claims read past them until that
 * transaction ends.
 *
 * <p><b>Threads.</b> Thread-safe. It has no threads: the calling thread does the work, in a short transaction at READ
 * COMMITTED, on a connection that it gives back as it was. If the data source's first connection has that level, the
 * others are assumed to have it. The data source's socket timeout limits how long a call waits for a database that
 * hangs. The data source takes no part in JTA transactions; an event that is to be committed with an order is stored by
 * {@link #add(Connection, StoredEvent)}.
 *
 * <p><b>Locks.</b> Claiming and settling never wait for a row that another transaction has locked. Storing, cancelling
 * and pausing give up after some 100 ms.
 *
 * <p><b>Times</b> are the database's, so that nodes whose clocks differ agree. If that clock is set back, events and
 * pauses that would wait longer than they may go on at once. What is forgotten after its retention must be old by this
 * process's clock too.
 *
 * <p><b>Lifetime.</b> The caller closes the data source, after this outbox.
 */
public final class JdbcOutbox extends TableOutbox {
    private static final int ATTEMPTS = 5;

    private final DataSource database;
    private final Dialect dialect;
    private final Supplier<Duration> offset;
    private final Supplier<Duration> processOffset;
    private final Step.Listener steps;

    /**
     * Whether to ask each connection for its isolation level, because the first one had another than ours. Many drivers
     * ask the database.
     */
    private final boolean asksForIsolation;

    private JdbcOutbox(Builder options, Dialect dialect, InsertLimits limits, boolean asksForIsolation) {
        super(dialect, limits);
        this.asksForIsolation = asksForIsolation;
        this.database = options.database;
        this.offset = options.offset;
        this.processOffset = options.processOffset;
        this.steps = options.steps;
        this.dialect = dialect;
    }

    /**
     * Opens an outbox on existing tables.
     *
     * @throws EpikException if the tables are missing or of another schema, or if the database is not one of those
     *     above; the message says what to do
     * @throws OutboxException if the database cannot be reached
     */
    public static JdbcOutbox of(DataSource database) {
        return builder(database).open();
    }

    /** Returns a builder of an outbox on this database. */
    public static Builder builder(DataSource database) {
        return new Builder(database);
    }

    /**
     * Stores the event in a transaction of the shop: it is sent if and only if that is committed. The nodes find it
     * within a minute.
     *
     * <p>If the event cannot be stored, the transaction can nevertheless be committed, because the insert has a
     * savepoint around it. The exception is an error by which the database rolled back the whole transaction, as
     * MariaDB does to the loser of a deadlock. It is rethrown, so that the shop rolls back and tries again: a commit
     * would keep half an order.
     *
     * <p>On a connection in auto-commit mode the event is stored at once, whatever happens to the order. If savepoints
     * are not allowed, as in JTA transactions, every failure is rethrown.
     *
     * @throws SQLException if the transaction is lost: roll back
     * @throws OutboxException if the event is not stored; the transaction is as it was, and may be committed
     */
    public Added add(Connection transaction, StoredEvent event) throws SQLException {
        return table.insert(transaction, event, beyond());
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        try {
            return CompletableFuture.completedFuture(
                    run(Step.Of.STORE, (connection, beyond) -> table.insert(connection, events, beyond)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Does nothing: the outbox has nothing of its own to end. */
    @Override
    public void close() {}

    @Override
    <T> T transaction(Step.Of kind, OutboxTable.Work<T> work) {
        return run(kind, (connection, beyond) -> work.at(connection, now(connection)));
    }

    /**
     * Runs work whose time is the parameter of {@link Dialect#now()}: its statement reads the database's clock itself.
     */
    private <T> T run(Step.Of kind, OutboxTable.Work<T> work) {
        SQLException last = new SQLException();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try (Session session = new Session(database.getConnection(), asksForIsolation)) {
                T result = work.at(session.connection, beyond());
                steps.reached(kind.written);
                session.connection.commit();
                steps.reached(kind.committed);
                return result;
            } catch (SQLException e) {
                last = e;
                if (!JdbcErrors.isWorthAnotherTry(e) && !JdbcErrors.isLocked(e)) {
                    break;
                }
            }
            RetryDelay.await(attempt);
        }
        throw new OutboxException(JdbcErrors.describe(last, dialect), last);
    }

    private long now(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(dialect.begin())) {
            select.setLong(1, beyond());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    long timeToForget(long now) {
        return Math.min(now, System.currentTimeMillis() + processOffset.get().toMillis());
    }

    /** Returns what is added to the database's clock: nothing, except in tests. */
    private long beyond() {
        return offset.get().toMillis();
    }

    /** A connection for one transaction. It is given back as it was. */
    private static final class Session implements AutoCloseable {
        final Connection connection;
        private final boolean autoCommit;
        private final int isolation;

        Session(Connection connection, boolean asksForIsolation) throws SQLException {
            this.connection = connection;
            try {
                this.isolation =
                        asksForIsolation ? connection.getTransactionIsolation() : Connection.TRANSACTION_READ_COMMITTED;
                this.autoCommit = connection.getAutoCommit();
                if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                }
                connection.setAutoCommit(false);
            } catch (SQLException e) {
                try (connection) {
                    throw e;
                }
            }
        }

        /** Gives the connection back. The pool finds out whether it is broken. */
        @Override
        public void close() {
            try (connection) {
                connection.rollback(); // nothing is left of what was committed
                connection.setAutoCommit(autoCommit);
                if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                    connection.setTransactionIsolation(isolation);
                }
            } catch (SQLException ignored) {
                // broken: it holds nothing any more
            }
        }
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final DataSource database;
        private boolean createTables;
        private Supplier<Duration> offset = () -> Duration.ZERO;
        private Supplier<Duration> processOffset = () -> Duration.ZERO;
        private Step.Listener steps = Step.Listener.NONE;

        private Builder(DataSource database) {
            this.database = database;
        }

        /**
         * Sets whether to create missing tables and to migrate those of an older Epik. By default that is left to the
         * shop's own migrations: an outbox without tables, or with old ones, is then not opened.
         */
        public Builder createTables(boolean isCreated) {
            this.createTables = isCreated;
            return this;
        }

        /** Sets what is added to the database's clock, and to the process's, in tests. */
        Builder offset(Supplier<Duration> beyondTheDatabases) {
            this.offset = beyondTheDatabases;
            this.processOffset = beyondTheDatabases;
            return this;
        }

        /** Sets what is added to this process's clock alone, in tests. */
        Builder processOffset(Supplier<Duration> beyondTheProcesss) {
            this.processOffset = beyondTheProcesss;
            return this;
        }

        Builder steps(Step.Listener listener) {
            this.steps = listener;
            return this;
        }

        /** See {@link JdbcOutbox#of}. */
        public JdbcOutbox open() {
            try (Connection connection = database.getConnection()) {
                Dialect dialect = JdbcErrors.dialectOf(connection.getMetaData());
                JdbcTables tables = new JdbcTables(connection, dialect);
                if (createTables) {
                    tables.create();
                }
                tables.check();
                return new JdbcOutbox(
                        this,
                        dialect,
                        InsertLimits.of(connection, dialect),
                        connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED);
            } catch (SQLException e) {
                throw new OutboxException(JdbcErrors.describe(e), e);
            }
        }
    }
}
