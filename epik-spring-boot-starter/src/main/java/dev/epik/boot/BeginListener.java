// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Notes in each Spring transaction which connections it has, and when its commit begins. A connection that is bound
 * when a transaction has just begun is one that the transaction manager commits. Connections that are bound later, as
 * in a JTA transaction, may not be. Thread-safe.
 */
final class BeginListener implements TransactionExecutionListener {
    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable beginFailure) {
        if (beginFailure == null && TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionState(transaction));
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        TransactionState.ofThread().forEach(state -> state.commitBegins(transaction));
    }
}
