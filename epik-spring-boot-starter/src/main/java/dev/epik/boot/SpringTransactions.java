// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.outbox.spi.CallerTransactions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the Spring transaction of the calling thread, by {@link BeginListener}. Returns empty for a read-only
 * transaction, one that has begun to commit, and one of another database: the event is then stored on a connection of
 * the outbox's own. Thread-safe.
 */
final class SpringTransactions implements CallerTransactions {
    private static final Logger LOG = System.getLogger(SpringTransactions.class.getName());

    private final AtomicBoolean warned = new AtomicBoolean();

    @Override
    public Optional<CallerTransaction> current(DataSource database) {
        List<TransactionState> states = TransactionState.ofThread().toList();
        Optional<CallerTransaction> found =
                states.stream().flatMap(state -> state.on(database).stream()).findFirst();
        if (found.isEmpty() && isOfAnotherKind(states) && warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "An event was submitted in a transaction that is not one of the outbox's DataSource, or is of JTA."
                            + " It is stored at once, and sent even if the transaction is rolled back: submit after the"
                            + " commit. Logged once");
        }
        return found;
    }

    private static boolean isOfAnotherKind(List<TransactionState> states) {
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.isSynchronizationActive()
                && states.stream().allMatch(TransactionState::isOpen);
    }
}
