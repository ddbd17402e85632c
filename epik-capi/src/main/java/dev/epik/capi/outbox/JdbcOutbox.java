// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * An outbox in the shop's own database, for one machine or many: PostgreSQL 12 or later, MariaDB 10.6 or later, and, untested, MySQL 8.
 * Its tables are made by the {@code .sql} file of this package for that database, or by {@link Builder#createTables}.
 *
 * <p><b>In a crash</b>, of the shop's or of the database's, nothing is lost of what was said to be stored, as far as the database keeps
 * what it committed: PostgreSQL with {@code synchronous_commit} and {@code fsync} on, MariaDB with
 * {@code innodb_flush_log_at_trx_commit=1}, as they are by default.
 *
 * <p><b>Cost.</b> A claim reads no more rows than it takes, whatever waits. But a transaction that somebody leaves open for hours keeps
 * what was delivered meanwhile in PostgreSQL's indexes, and claims read past it until that ends.
 *
 * <p><b>Threads.</b> It has none: the calling thread does the work, on a connection it takes for a short transaction at READ COMMITTED and
 * gives back as it was; where the data source's first connection comes at that level, the others are taken to. How long a database that hangs is waited for is the data source's to say (its socket timeout). The
 * data source takes no part in JTA transactions; what shall commit with an order goes by {@link #add(Connection, StoredEvent)}.
 *
 * <p><b>Times</b> are the database's, so that machines whose clocks differ agree.
 *
 * <p><b>Lifetime.</b> The data source stays the caller's to close, after this.
 */
public final class JdbcOutbox extends TableOutbox {
    private static final int SCHEMA = 1;
    private static final int ATTEMPTS = 5;

    private final DataSource database;
    private final Dialect dialect;
    private final Supplier<Duration> offset;
    private final Step.Listener steps;

    /** Many drivers ask the database, so each connection is asked only where the first one came with another than ours. */
    private final boolean asksForIsolation;

    private JdbcOutbox(Builder options, Dialect dialect, boolean asksForIsolation) {
        super(dialect);
        this.asksForIsolation = asksForIsolation;
        this.database = options.database;
        this.offset = options.offset;
        this.steps = options.steps;
        this.dialect = dialect;
    }

    /**
     * On tables that are there.
     *
     * @throws EpikException where they are not, or the database is not one of those above, saying what to do
     * @throws OutboxException where the database cannot be reached
     */
    public static JdbcOutbox of(DataSource database) {
        return builder(database).open();
    }

    public static Builder builder(DataSource database) {
        return new Builder(database);
    }

    /**
     * Stores the event in a transaction of the shop's: it is sent if that is committed, and only then. That is found out within a
     * minute.
     *
     * <p>A failure to store does not spoil the transaction where that can be had: the insert has a savepoint around it. Where the
     * database has thrown the transaction away with it, as MariaDB does to the loser of a deadlock, the error is rethrown,
     * for the shop to roll back and try again: a commit would then keep half an order.
     *
     * <p>On a connection in auto-commit the event is stored at once, whatever becomes of the order. Where savepoints are not
     * allowed, as in JTA transactions, every failure is rethrown.
     *
     * @throws SQLException the transaction is lost: roll back
     * @throws OutboxException the event is not stored; the transaction is as it was, and may be committed
     */
    public Added add(Connection transaction, StoredEvent event) throws SQLException {
        return ShopTransaction.around(
                transaction,
                dialect,
                () -> table.insert(transaction, List.of(event), beyond()).get(0));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        try {
            return CompletableFuture.completedFuture(
                    run(Step.Of.STORE, (connection, beyond) -> table.insert(connection, events, beyond)));
        } catch (RuntimeException trouble) {
            return CompletableFuture.failedFuture(trouble);
        }
    }

    /** There is nothing of its own to end. */
    @Override
    public void close() {}

    @Override
    <T> T transaction(Step.Of kind, OutboxTable.Work<T> work) {
        return run(kind, (connection, beyond) -> work.at(connection, now(connection)));
    }

    /** Work whose time is the parameter of {@link Dialect#now()}: its statement looks at the database's clock itself. */
    private <T> T run(Step.Of kind, OutboxTable.Work<T> work) {
        SQLException trouble = new SQLException();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Session session = new Session(database.getConnection(), asksForIsolation)) {
                T result = work.at(session.connection, beyond());
                steps.reached(kind.written);
                session.connection.commit();
                steps.reached(kind.committed);
                return result;
            } catch (SQLException failed) {
                trouble = failed;
                if (!JdbcTrouble.isWorthAnotherTry(failed)) {
                    break;
                }
            }
        }
        throw new OutboxException(JdbcTrouble.said(trouble, dialect), trouble);
    }

    private long now(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + dialect.now())) {
            select.setLong(1, beyond());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Added to the database's clock: nothing but in tests. */
    private long beyond() {
        return offset.get().toMillis();
    }

    /** A connection for one transaction, given back as it was. */
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
            } catch (SQLException unusable) {
                try (connection) {
                    throw unusable;
                }
            }
        }

        /** One that is broken is the pool's to find out. */
        @Override
        public void close() {
            try (connection) {
                connection.rollback(); // of what was committed there is nothing
                connection.setAutoCommit(autoCommit);
                if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                    connection.setTransactionIsolation(isolation);
                }
            } catch (SQLException broken) {
                // it holds nothing any more
            }
        }
    }

    /** Not for several threads. */
    public static final class Builder {
        private final DataSource database;
        private boolean createTables;
        private Supplier<Duration> offset = () -> Duration.ZERO;
        private Step.Listener steps = Step.Listener.NONE;

        private Builder(DataSource database) {
            this.database = database;
        }

        /** Whether to make the tables where they are missing; by default that is left to the shop's own migrations. */
        public Builder createTables(boolean whether) {
            this.createTables = whether;
            return this;
        }

        /** Makes the database's time go by in tests. */
        Builder offset(Supplier<Duration> beyondTheDatabases) {
            this.offset = beyondTheDatabases;
            return this;
        }

        Builder steps(Step.Listener listener) {
            this.steps = listener;
            return this;
        }

        /** See {@link JdbcOutbox#of}. */
        public JdbcOutbox open() {
            try (Connection connection = database.getConnection()) {
                Dialect dialect = JdbcTrouble.dialectOf(connection.getMetaData());
                if (createTables) {
                    create(connection, dialect);
                }
                checkTables(connection, dialect);
                if (dialect.takesArrays()) {
                    checkArrays(connection);
                }
                return new JdbcOutbox(
                        this, dialect, connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED);
            } catch (SQLException unreachable) {
                throw new OutboxException(JdbcTrouble.said(unreachable), unreachable);
            }
        }

        /** Again where several nodes begin at once: PostgreSQL then lets one of them fail, "if not exists" or not. */
        private static void create(Connection connection, Dialect dialect) throws SQLException {
            for (int attempt = 1; ; attempt++) {
                try (Statement statement = connection.createStatement()) {
                    for (String each : dialect.script()) {
                        statement.executeUpdate(each);
                    }
                    end(connection);
                    return;
                } catch (SQLException failed) {
                    if (attempt == ATTEMPTS) {
                        throw failed;
                    }
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                }
            }
        }

        private static void checkTables(Connection connection, Dialect dialect) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT MAX(version) FROM epik_outbox_schema")) {
                row.next();
                if (row.getInt(1) > SCHEMA) {
                    throw new EpikException("The tables of the outbox are of a newer Epik (schema " + row.getInt(1)
                            + ", this one knows " + SCHEMA + "): update this one");
                }
                end(connection);
            } catch (SQLException failed) {
                if (JdbcTrouble.isMissingTable(failed)) {
                    throw new EpikException(JdbcTrouble.said(failed, dialect));
                }
                throw failed;
            }
        }

        /** Older drivers nest an array of keys in another: events would be stored, and never claimed. */
        private static void checkArrays(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement("SELECT cardinality(?::bytea[])")) {
                select.setArray(1, connection.createArrayOf("bytea", new byte[][] {{1, 2}, {3}}));
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    if (row.getInt(1) == 2) {
                        end(connection);
                        return;
                    }
                }
            } catch (SQLException | RuntimeException cannot) {
                // said below
            }
            throw new EpikException("JdbcOutbox needs PostgreSQL's driver 42.2.15 or later, this one is "
                    + connection.getMetaData().getDriverVersion() + ": update it");
        }

        private static void end(Connection connection) throws SQLException {
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }
}
