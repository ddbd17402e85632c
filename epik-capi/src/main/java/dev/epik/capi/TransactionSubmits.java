// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.encryption.EncryptingStore;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.CallerTransactions.CallerTransaction;
import dev.epik.capi.outbox.spi.CallerTransactions.Completion;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores events in a database transaction of the caller's: one that a framework has bound to the calling thread, or one
 * whose connection the caller passes. Thread-safe.
 */
final class TransactionSubmits {
    /** Named after the class that shops know, so that their log settings hold for it. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private final EventStore outbox;
    private final SubmitTargets targets;
    private final CallerTransactions transactions;
    private final PendingSubmits pending;
    private final ObjIntConsumer<String> wake;

    /**
     * Creates the path.
     *
     * @param wake see {@link SubmitPath}
     */
    TransactionSubmits(
            EventStore outbox,
            SubmitTargets targets,
            CallerTransactions transactions,
            PendingSubmits pending,
            ObjIntConsumer<String> wake) {
        this.outbox = outbox;
        this.targets = targets;
        this.transactions = transactions;
        this.pending = pending;
        this.wake = wake;
    }

    /** Returns the transaction of the calling thread on the database of the outbox. Never throws. */
    Optional<CallerTransaction> current() {
        try {
            return outbox.database() instanceof JdbcOutbox database
                    ? transactions.current(database.dataSource())
                    : Optional.empty();
        } catch (Throwable e) {
            // An outbox that is not open yet fails when the event is stored, or uses the spool. Neither the outbox nor
            // the transactions need be our code.
            JvmErrors.rethrow(e);
            return Optional.empty();
        }
    }

    /**
     * Stores the event in the transaction of the calling thread.
     *
     * @throws EpikException if the database has discarded the transaction
     */
    SubmitResult submit(CallerTransaction transaction, String account, ConversionEvent event) {
        SubmitTargets.Target target = targets.find(account);
        if (target.isMissing()) {
            return target.failed();
        }
        StoredEvent stored = StoredEvent.of(target.adAccountId(), event);
        try {
            EventStore.Added added = database().add(transaction.connection(), encrypted(stored));
            if (added == EventStore.Added.STORED) {
                transaction.afterCompletion(how -> completed(how, stored));
            }
            return SubmitResults.of(event, added);
        } catch (OutboxException e) {
            return SubmitResults.failed(e);
        } catch (SQLException | RuntimeException e) {
            throw new EpikException(
                    "Storing the event in the transaction failed, and the database may have discarded the transaction:"
                            + " roll it back and try again",
                    e);
        }
    }

    private void completed(Completion how, StoredEvent stored) {
        if (how == Completion.COMMITTED) {
            wake.accept(stored.adAccount(), 1);
        } else if (how == Completion.NOT_INCLUDED) {
            storeAgain(stored);
        }
    }

    /** Stores an event that was reported as stored, and that the transaction of the caller did not include. */
    private void storeAgain(StoredEvent stored) {
        CompletableFuture<EventStore.Added> again;
        try {
            again = outbox.add(stored);
        } catch (RuntimeException e) {
            again = CompletableFuture.failedFuture(e);
        }
        var unused = pending.add(again).whenComplete((added, e) -> {
            if (e != null || added == EventStore.Added.FULL) {
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "The event {0} was submitted in a transaction that did not store it, and could not be stored"
                                + " again: submit it again. {1}",
                        stored.id(),
                        e == null ? "The outbox is full" : SubmitResults.describe(e));
            } else {
                wake.accept(stored.adAccount(), 1);
            }
        });
    }

    /**
     * Stores the event in the transaction of this connection.
     *
     * @param transaction null is reported as a failure
     * @throws SQLException if the transaction may be incomplete, so that it must be rolled back
     */
    SubmitResult submit(@Nullable Connection transaction, String account, ConversionEvent event) throws SQLException {
        SubmitTargets.Target target = targets.find(account);
        if (target.isMissing()) {
            return target.failed();
        }
        JdbcOutbox database;
        try {
            database = database();
        } catch (OutboxException e) { // the database behind a spool could not be opened yet
            return SubmitResults.failed(e);
        }
        if (transaction == null) {
            return new SubmitResult.Failed("There is no transaction: the Connection is null");
        }
        try {
            return SubmitResults.of(
                    event, database.add(transaction, encrypted(StoredEvent.of(target.adAccountId(), event))));
        } catch (OutboxException e) {
            return SubmitResults.failed(e);
        } catch (RuntimeException e) {
            // The transaction may be incomplete, and a commit could keep half an order.
            throw new SQLException("Storing the event in the transaction failed", e);
        }
    }

    /** Returns the event as it is stored: the database is given it without the store of the client in between. */
    private StoredEvent encrypted(StoredEvent event) {
        return outbox instanceof EncryptingStore encrypting ? encrypting.encrypt(event) : event;
    }

    private JdbcOutbox database() {
        EventStore main = outbox.database();
        if (main instanceof JdbcOutbox database) {
            return database;
        }
        throw new EpikException("To submit in a transaction the client needs a JdbcOutbox; it was opened with a "
                + main.getClass().getSimpleName());
    }
}
