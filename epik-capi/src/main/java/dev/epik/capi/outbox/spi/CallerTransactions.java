// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.sql.Connection;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Finds the database transaction that a framework, such as Spring, has bound to the calling thread. A client that was
 * built with it stores an event in that transaction, so that the event is sent if and only if the transaction is
 * committed. {@code epik-spring-boot-starter} has the implementation for Spring. Must be thread-safe.
 */
@FunctionalInterface
public interface CallerTransactions {
    /** Returns transactions that are never found: each event is stored in a transaction of its own. */
    static CallerTransactions none() {
        return database -> Optional.empty();
    }

    /**
     * Returns the transaction of the calling thread.
     *
     * @param database the database of the outbox
     * @return empty if there is none on this database, or if what is written now would not be committed with it: it is
     *     read-only, or its commit has begun
     */
    Optional<CallerTransaction> current(DataSource database);

    /** The transaction of the calling thread. Used in that thread only. */
    interface CallerTransaction {
        /** Returns the connection of the transaction. It stays the transaction's: it is never closed or committed. */
        Connection connection();

        /** Calls the action once, after the transaction has ended. The action never throws. */
        void afterCompletion(Consumer<Completion> action);
    }

    /** How a transaction of the caller's ended. */
    enum Completion {
        /** The transaction is committed, or that is not known. */
        COMMITTED,
        /** The transaction is rolled back. */
        ROLLED_BACK,
        /** The transaction ended without a commit that includes what was stored. The client stores it again. */
        NOT_INCLUDED
    }
}
