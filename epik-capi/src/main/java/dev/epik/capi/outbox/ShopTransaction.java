// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.failure.JvmErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Inserts an event inside the shop's transaction. A failure is contained only if rolling back to a savepoint proves
 * that the rest of the transaction still exists. Otherwise it is thrown as an {@link SQLException}, so that the shop
 * rolls back: a commit could keep half an order.
 *
 * <p>What a driver, or a proxy around the connection, throws unchecked is treated as an {@link SQLException} is. Only
 * the errors that
 * {@link JvmErrors} names are thrown as they are.
 */
final class ShopTransaction {
    /** Causes of causes that are looked through for the error of the database. */
    private static final int MAX_CAUSES = 10;

    private ShopTransaction() {}

    /** What is to be done in the transaction. */
    @FunctionalInterface
    interface Insert {
        Outbox.Added run() throws SQLException;
    }

    /**
     * Runs the insert, with a savepoint around it if the connection is not in auto-commit.
     *
     * @throws SQLException if the transaction is lost, or may be
     * @throws OutboxException if the event is not stored and the transaction is as it was before
     */
    static Outbox.Added around(Connection transaction, Dialect dialect, Insert insert) throws SQLException {
        if (isAutoCommit(transaction)) {
            return alone(dialect, insert);
        }
        Optional<Savepoint> before = savepoint(transaction);
        if (before.isEmpty()) {
            return withoutSavepoint(insert);
        }
        Outbox.Added added;
        try {
            added = insert.run();
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            throw contained(transaction, before.get(), dialect, e);
        }
        release(transaction, before.get());
        return added;
    }

    private static boolean isAutoCommit(Connection transaction) throws SQLException {
        try {
            return transaction.getAutoCommit();
        } catch (RuntimeException e) {
            throw asSqlException(e);
        }
    }

    private static Outbox.Added alone(Dialect dialect, Insert insert) {
        try {
            return insert.run();
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            throw notStored(e, dialect);
        }
    }

    private static Outbox.Added withoutSavepoint(Insert insert) throws SQLException {
        try {
            return insert.run();
        } catch (SQLException e) {
            throw e;
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            throw asSqlException(e);
        }
    }

    /** Empty if the driver or a transaction manager allows none; a connection that is broken fails at the insert. */
    private static Optional<Savepoint> savepoint(Connection transaction) {
        try {
            return Optional.of(transaction.setSavepoint());
        } catch (SQLException | RuntimeException notAllowed) {
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
            throw asSql; // InnoDB has rolled back all of it, and has begun another transaction without saying so
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
