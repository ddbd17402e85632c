// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Inserts an event inside the shop's transaction. A failure is contained only if rolling back to a savepoint proves
 * that the rest of the transaction still exists. Otherwise it is thrown as an {@link SQLException}, so that the shop
 * rolls back: a commit could keep half an order.
 *
 * <p>What a driver, or a proxy around the connection, throws unchecked is treated as an {@link SQLException} is. Only
 * the errors that {@link JvmErrors} names are thrown as they are.
 */
final class SavepointInsert {
    /** Causes of causes that are looked through for the error of the database. */
    private static final int MAX_CAUSES = 10;

    private static final String UNIQUE_VIOLATION = "23505";

    /** As long as PostgreSQL waits for a lock, see {@link Insertion}. */
    private static final long MAX_LOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOCK_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private SavepointInsert() {}

    /** The insert to execute. */
    @FunctionalInterface
    interface Insert {
        /** Inserts the event, unless it is stored. */
        EventStore.Added run() throws SQLException;

        /** Inserts the event. Fails with SQL state 23505 if it is stored, even if it was after the snapshot. */
        default void strictly() throws SQLException {
            run();
        }
    }

    /**
     * Runs the insert, with a savepoint around it if the connection is not in auto-commit. Waits 100 ms at most for
     * another transaction that has stored the event and is open.
     *
     * @throws SQLException if the transaction is lost, or may be
     * @throws OutboxException if the event is not stored and the transaction is as it was before
     */
    static EventStore.Added execute(Connection transaction, Dialect dialect, Insert insert) throws SQLException {
        if (isAutoCommit(transaction)) {
            return alone(dialect, insert);
        }
        Optional<Savepoint> before = savepoint(transaction);
        if (before.isEmpty()) {
            return withoutSavepoint(dialect, insert);
        }
        EventStore.Added added;
        try {
            added = unlocked(dialect, insert);
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            OutboxException contained = contained(transaction, before.get(), dialect, e);
            if (dialect != Dialect.POSTGRESQL || !JdbcErrors.isWorthAnotherTry(asSqlException(e))) {
                throw contained;
            }
            added = storedSinceTheSnapshot(transaction, before.get(), insert, contained);
        }
        release(transaction, before.get());
        return added;
    }

    /**
     * Finds out whether the event was stored since the transaction's snapshot. At REPEATABLE READ and SERIALIZABLE
     * PostgreSQL then fails an INSERT with ON CONFLICT by 40001, and does not show the row. An INSERT without it fails
     * by 23505. The row was stored a moment ago, so that it waits.
     */
    private static EventStore.Added storedSinceTheSnapshot(
            Connection transaction, Savepoint before, Insert insert, OutboxException contained) throws SQLException {
        try {
            insert.strictly();
            return EventStore.Added.STORED;
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            contained(transaction, before, Dialect.POSTGRESQL, e);
            if (UNIQUE_VIOLATION.equals(asSqlException(e).getSQLState())) {
                return EventStore.Added.ALREADY_STORED;
            }
            throw contained;
        }
    }

    /**
     * Runs an insert that does not wait for locks again and again, until it finds none. Only MariaDB can do that: the
     * failure has undone the one statement. A wait could end in a deadlock, whose loser loses the whole transaction.
     */
    private static EventStore.Added unlocked(Dialect dialect, Insert insert) throws SQLException {
        long begun = System.nanoTime();
        while (true) {
            try {
                return insert.run();
            } catch (SQLException e) {
                if (dialect != Dialect.MARIADB
                        || !JdbcErrors.isLocked(e)
                        || System.nanoTime() - begun > MAX_LOCKED_NANOS) {
                    throw e;
                }
            }
            LockSupport.parkNanos(LOCK_STEP_NANOS);
        }
    }

    private static boolean isAutoCommit(Connection transaction) throws SQLException {
        try {
            return transaction.getAutoCommit();
        } catch (RuntimeException e) {
            throw asSqlException(e);
        }
    }

    private static EventStore.Added alone(Dialect dialect, Insert insert) {
        try {
            return unlocked(dialect, insert);
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            throw notStored(e, dialect);
        }
    }

    private static EventStore.Added withoutSavepoint(Dialect dialect, Insert insert) throws SQLException {
        try {
            return unlocked(dialect, insert);
        } catch (SQLException e) {
            throw e;
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            throw asSqlException(e);
        }
    }

    /**
     * Returns a new savepoint; empty if the driver or a transaction manager allows none. If the connection is broken,
     * the insert fails.
     */
    private static Optional<Savepoint> savepoint(Connection transaction) {
        try {
            return Optional.of(transaction.setSavepoint());
        } catch (SQLException | RuntimeException ignored) { // allows none
            return Optional.empty();
        }
    }

    private static void release(Connection transaction, Savepoint before) throws SQLException {
        try {
            transaction.releaseSavepoint(before);
        } catch (RuntimeException e) {
            throw asSqlException(e);
        }
    }

    private static OutboxException contained(
            Connection transaction, Savepoint before, Dialect dialect, Throwable failure) throws SQLException {
        SQLException asSql = asSqlException(failure);
        if (dialect == Dialect.MARIADB && JdbcErrors.isWorthAnotherTry(asSql)) {
            throw asSql; // InnoDB has rolled back all of it, and has begun another transaction silently
        }
        try {
            transaction.rollback(before);
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            asSql.addSuppressed(e);
            throw asSql;
        }
        return notStored(failure, dialect);
    }

    private static OutboxException notStored(Throwable failure, Dialect dialect) {
        SQLException ofTheDatabase = inside(failure);
        return new OutboxException(
                ofTheDatabase == null
                        ? "The connection to the database of the outbox failed ("
                                + failure.getClass().getName()
                                + "): is there a proxy or a driver with a defect between shop and database?"
                        : JdbcErrors.describe(ofTheDatabase, dialect),
                failure);
    }

    /** Returns the error of the database itself, or a new one around any other failure. */
    private static SQLException asSqlException(Throwable failure) {
        SQLException ofTheDatabase = inside(failure);
        return ofTheDatabase != null
                ? ofTheDatabase
                : new SQLException(
                        "The connection failed by " + failure.getClass().getName() + ": roll the transaction back",
                        failure);
    }

    /** Returns the error of the database that this failure is or wraps, or null. */
    private static @Nullable SQLException inside(Throwable failure) {
        Throwable each = failure;
        for (int i = 0; each != null && i < MAX_CAUSES; i++) {
            if (each instanceof SQLException found) {
                return found;
            }
            each = each.getCause();
        }
        return null;
    }
}
