// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;

/**
 * Marketing never rolls back an order, and never makes it half of one. A failure inside the shop's transaction is contained only
 * where rolling back to a savepoint proves that the transaction still is.
 */
final class ShopTransaction {
    private ShopTransaction() {}

    /** What is to be done in it. */
    @FunctionalInterface
    interface Insert {
        Outbox.Added run() throws SQLException;
    }

    static Outbox.Added around(Connection transaction, Dialect dialect, Insert insert) throws SQLException {
        if (transaction.getAutoCommit()) {
            return alone(dialect, insert);
        }
        Optional<Savepoint> before = savepoint(transaction);
        if (before.isEmpty()) {
            return insert.run();
        }
        Outbox.Added added;
        try {
            added = insert.run();
        } catch (SQLException trouble) {
            throw contained(transaction, before.get(), dialect, trouble);
        }
        transaction.releaseSavepoint(before.get());
        return added;
    }

    private static Outbox.Added alone(Dialect dialect, Insert insert) {
        try {
            return insert.run();
        } catch (SQLException trouble) {
            throw new OutboxException(JdbcTrouble.said(trouble, dialect), trouble);
        }
    }

    /** Empty where the driver or a transaction manager allows none; a connection that is broken fails at the insert. */
    private static Optional<Savepoint> savepoint(Connection transaction) {
        try {
            return Optional.of(transaction.setSavepoint());
        } catch (SQLException | UnsupportedOperationException notAllowed) {
            return Optional.empty();
        }
    }

    private static OutboxException contained(
            Connection transaction, Savepoint before, Dialect dialect, SQLException trouble) throws SQLException {
        if (dialect == Dialect.MARIADB && JdbcTrouble.isWorthAnotherTry(trouble)) {
            throw trouble; // InnoDB has rolled back all of it, and has begun another without a word
        }
        try {
            transaction.rollback(before);
        } catch (SQLException gone) {
            trouble.addSuppressed(gone);
            throw trouble;
        }
        return new OutboxException(JdbcTrouble.said(trouble, dialect), trouble);
    }
}
