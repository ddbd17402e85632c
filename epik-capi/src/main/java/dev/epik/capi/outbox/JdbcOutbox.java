// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.jdbc.JdbcAccess;
import dev.epik.capi.outbox.jdbc.JdbcTables;
import dev.epik.capi.outbox.jdbc.JdbcThreads;
import dev.epik.capi.outbox.jdbc.JdbcView;
import dev.epik.capi.outbox.jdbc.RoutingDataSource;
import dev.epik.capi.outbox.jdbc.SupportedDatabases;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.InsertLimits;
import dev.epik.capi.outbox.table.JdbcErrors;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
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
 * <p><b>Threads.</b> Thread-safe. Three daemons: {@code epik-outbox-writer} stores, {@code epik-outbox-worker} does
 * everything else, and {@code epik-outbox-supervisor} answers callers at their deadlines and replaces the others if
 * they hang. All statements run on them, in short transactions at READ COMMITTED. So a data source that gives each
 * thread the connection of its transaction, such as Spring's {@code TransactionAwareDataSourceProxy}, gives them
 * another one than the shop's, and Epik never commits the shop's order. A data source that chooses the database by the
 * calling thread is refused: open one client for each database. Only {@link #add(Connection, StoredEvent)} works in the
 * caller's thread and transaction.
 *
 * <p><b>Storing.</b> Events wait in a queue of at most 10,000 events and 32 MB. The writer stores what is waiting in
 * one transaction. Each event has a deadline. An event that still waits at its deadline is withdrawn and surely not
 * stored. One that is being stored at that moment may be stored: {@link OutboxException#isMaybeStored}. If the queue is
 * full, a caller waits for room until its deadline, and gets {@code FULL}. Futures complete on the writer's thread:
 * what depends on them must not wait. Every other call waits at most 35 s and then throws an {@link OutboxException}.
 *
 * <p><b>Connections.</b> It uses two at most, and gives them back as they were. The writer keeps one for at most 1 s,
 * or until the queue was empty for 50 ms. A connection that breaks, hangs, or leads to a read-only server is aborted
 * and closed. A pool of one connection is enough, but a caller that holds that connection while it waits is answered at
 * its deadline, and nothing is stored.
 *
 * <p><b>Locks.</b> Claiming and settling never wait for a row that another transaction has locked. Storing waits 1 ms
 * at most on PostgreSQL, in the shop's transaction 100 ms, and not at all on MariaDB; cancelling and pausing give up
 * after some 100 ms. An event whose key is locked is tried again until its deadline, and holds up no other. (On MySQL,
 * storing waits for up to {@code innodb_lock_wait_timeout}.)
 *
 * <p><b>Times</b> are the database's, so that nodes whose clocks differ agree. If that clock is set back, events and
 * pauses that would wait longer than they may go on at once. What is forgotten after its retention must be old by this
 * process's clock too.
 *
 * <p><b>Lifetime.</b> The caller closes this outbox after the client, and the data source after this outbox.
 */
public final class JdbcOutbox extends TableOutbox {
    /** The deadline of an event whose caller names none. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int CHUNK = 500;

    private final Clock processClock;

    private final DataSource dataSource;

    private final JdbcThreads threads;

    private JdbcOutbox(JdbcAccess access, DataSource dataSource, ThreadFactory factory, Clock processClock) {
        super(access.table());
        this.dataSource = dataSource;
        this.processClock = processClock;
        this.threads = new JdbcThreads(access, factory);
    }

    /**
     * Opens an outbox on existing tables.
     *
     * @throws EpikException if the tables are missing or of another schema, or if the database is not one of those
     *     above; the message names the cure
     * @throws OutboxException if the database cannot be reached
     */
    public static JdbcOutbox of(DataSource database) {
        return builder(database).open();
    }

    /**
     * Reads an outbox without changing it. Uses one connection until it is closed. Takes no lock that another
     * transaction would wait for.
     *
     * @throws EpikException if the tables are missing or of another schema, or if the database is unknown
     * @throws OutboxException if the database cannot be reached
     */
    public static OutboxView inspect(DataSource database) {
        return JdbcView.of(database);
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
        return table.insert(transaction, event);
    }

    /** Returns the data source that this outbox was opened on. */
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return add(event, LIMIT);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return threads.add(event, deadline, WriterQueue.Priority.NORMAL);
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return events.stream()
                .map(event -> threads.add(event, deadline, WriterQueue.Priority.BULK))
                .toList();
    }

    /**
     * Stores the events in transactions of up to 500. If some cannot be stored, the future fails, and the others are
     * stored.
     */
    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        List<CompletableFuture<Added>> answers = new ArrayList<>(events.size());
        for (int from = 0; from < events.size(); from += CHUNK) {
            answers.addAll(addEach(events.subList(from, Math.min(from + CHUNK, events.size())), LIMIT));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** Stores the queued events, and ends the threads, within 10 s. The data source stays open. */
    @Override
    public void close() {
        threads.close();
    }

    @Override
    public int replacedThreads() {
        return threads.replaced();
    }

    @Override
    <T> T transaction(TransactionKind kind, OutboxTable.Work<T> work) {
        return threads.call(kind, work);
    }

    @Override
    long timeToForget(long now) {
        return Math.min(now, processClock.millis());
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private final DataSource database;
        private boolean createTables;
        private Clock processClock = Clock.systemUTC();
        private CrashPoint.Listener crashPoints = CrashPoint.Listener.NONE;

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

        /** Sets this process's clock, in tests. Only {@link #forget} reads it; all other times are the database's. */
        Builder processClock(Clock clock) {
            this.processClock = clock;
            return this;
        }

        Builder crashPoints(CrashPoint.Listener listener) {
            this.crashPoints = listener;
            return this;
        }

        /** Opens the outbox, as {@link JdbcOutbox#of} does. */
        public JdbcOutbox open() {
            RoutingDataSource.refuse(database);
            ThreadFactory factory = JdbcThreads.factory();
            return new JdbcOutbox(JdbcThreads.runApart(factory, this::prepare), database, factory, processClock);
        }

        private JdbcAccess prepare() {
            try (Connection connection = database.getConnection()) {
                Dialect dialect = SupportedDatabases.dialectOf(connection.getMetaData());
                JdbcTables tables = new JdbcTables(connection, dialect);
                if (createTables) {
                    tables.create();
                }
                tables.check();
                return new JdbcAccess(
                        database,
                        dialect,
                        new OutboxTable(dialect, InsertLimits.of(connection, dialect)),
                        connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED,
                        crashPoints);
            } catch (SQLException e) {
                throw new OutboxException(JdbcErrors.describe(e), e);
            } catch (EpikException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new OutboxException(
                        "The data source failed (" + e.getClass().getName() + "). " + RoutingDataSource.CURE, e);
            }
        }
    }
}
