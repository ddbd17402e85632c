// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.outbox.spi.CallerTransactions.CallerTransaction;
import dev.epik.capi.outbox.spi.CallerTransactions.Completion;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * One Spring transaction: the connections that its manager commits, whether its commit has begun, and what is to be
 * done after it. It is one of the transaction's synchronizations, which Spring sets aside while the transaction is
 * suspended. Used by one thread at a time.
 */
final class TransactionState implements TransactionSynchronization {
    private final TransactionExecution transaction;
    private final boolean isReadOnly;
    private final IdentityHashMap<DataSource, ConnectionHolder> connections = new IdentityHashMap<>();
    private final List<Consumer<Completion>> actions = new ArrayList<>();
    private boolean commitHasBegun;

    /** Notes the connections that are bound now, without those of another transaction of the same thread. */
    TransactionState(TransactionExecution transaction) {
        this.transaction = transaction;
        this.isReadOnly = transaction.isReadOnly();
        List<TransactionState> before = ofThread().toList();
        TransactionSynchronizationManager.getResourceMap().forEach((key, value) -> {
            if (key instanceof DataSource source
                    && value instanceof ConnectionHolder holder
                    && before.stream().noneMatch(other -> other.connections.containsValue(holder))) {
                connections.put(source, holder);
            }
        });
    }

    /** Returns the states of the current transaction of this thread; none after its completion. */
    static Stream<TransactionState> ofThread() {
        return TransactionSynchronizationManager.isSynchronizationActive()
                ? TransactionSynchronizationManager.getSynchronizations().stream()
                        .filter(TransactionState.class::isInstance)
                        .map(TransactionState.class::cast)
                : Stream.empty();
    }

    /** Notes that the commit begins: what is written later is not committed any more. */
    void commitBegins(TransactionExecution ofWhich) {
        if (ofWhich == transaction) {
            commitHasBegun = true;
        }
    }

    /** Returns whether the transaction is not read-only and its commit has not begun. */
    boolean isOpen() {
        return !isReadOnly && !commitHasBegun;
    }

    /** Returns this transaction, if what is written to the database now is committed with it. */
    Optional<CallerTransaction> on(DataSource database) {
        if (!isOpen()) {
            return Optional.empty();
        }
        DataSource target = innermost(database);
        return connections.entrySet().stream()
                .filter(each -> innermost(each.getKey()) == target)
                .filter(each -> TransactionSynchronizationManager.getResource(each.getKey()) == each.getValue())
                .findFirst()
                .map(each -> new OnConnection(each.getValue().getConnection()));
    }

    /** Returns the data source inside of Spring's proxies, such as {@code LazyConnectionDataSourceProxy}. */
    private static DataSource innermost(DataSource database) {
        DataSource inner = database;
        while (inner instanceof DelegatingDataSource proxy && proxy.getTargetDataSource() != null) {
            inner = proxy.getTargetDataSource();
        }
        return inner;
    }

    /** If the status is unknown, the event may be committed as the rest of the transaction may. */
    @Override
    public void afterCompletion(int status) {
        Completion completion = status == STATUS_ROLLED_BACK
                ? Completion.ROLLED_BACK
                : status == STATUS_COMMITTED && !commitHasBegun ? Completion.NOT_INCLUDED : Completion.COMMITTED;
        actions.forEach(action -> action.accept(completion));
    }

    private final class OnConnection implements CallerTransaction {
        private final Connection connection;

        OnConnection(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public void afterCompletion(Consumer<Completion> action) {
            actions.add(action);
        }
    }
}
