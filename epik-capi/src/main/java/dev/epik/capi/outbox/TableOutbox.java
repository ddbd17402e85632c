// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The contract on an {@link OutboxTable}: which work is which kind of transaction. How one is run is the subclass's. */
abstract sealed class TableOutbox implements Outbox permits JdbcOutbox, SqliteOutbox {
    private static final int FORGOTTEN_AT_ONCE = 2000;

    final OutboxTable table;

    TableOutbox(Dialect dialect) {
        this.table = new OutboxTable(dialect);
    }

    /** Runs the work in a transaction of its own, and answers when that is committed. */
    abstract <T> T transaction(Step.Of kind, OutboxTable.Work<T> work);

    @Override
    public final CompletableFuture<Added> add(StoredEvent event) {
        return addAll(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public final Peek peek(String adAccount, int most) {
        return transaction(Step.Of.OTHER, (sql, now) -> table.peek(sql, adAccount, most, now));
    }

    @Override
    public final Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease) {
        return transaction(Step.Of.CLAIM, (sql, now) -> table.claim(sql, adAccount, mostEvents, mostBytes, lease, now));
    }

    @Override
    public final int settle(Batch batch, List<Settlement> settlements) {
        return transaction(Step.Of.SETTLE, (sql, now) -> table.settle(sql, batch, settlements, now));
    }

    @Override
    public final void pause(String adAccount, Duration time, String reason) {
        transaction(Step.Of.OTHER, (sql, now) -> {
            table.pause(sql, adAccount, time, reason, now);
            return true;
        });
    }

    @Override
    public final void resume(String adAccount) {
        transaction(Step.Of.OTHER, (sql, now) -> {
            table.resume(sql, adAccount);
            return true;
        });
    }

    @Override
    public final Backlog backlog(String adAccount) {
        return transaction(Step.Of.OTHER, (sql, now) -> table.backlog(sql, adAccount, now));
    }

    @Override
    public final List<DeadLetter> deadLetters(String adAccount, int most) {
        return transaction(Step.Of.OTHER, (sql, now) -> table.deadLetters(sql, adAccount, most));
    }

    @Override
    public final Redriven redrive(String adAccount, DeadLetter.Which which, boolean force) {
        return transaction(Step.Of.OTHER, (sql, now) -> table.redrive(sql, adAccount, which, force, now));
    }

    @Override
    public final Cancelled cancel(StoredEvent.Key key) {
        return transaction(Step.Of.OTHER, (sql, now) -> table.cancel(sql, key, now));
    }

    @Override
    public final int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan) {
        forget(adAccount, OutboxTable.State.DELIVERED, deliveredOlderThan);
        return forget(adAccount, OutboxTable.State.DEAD, deadOlderThan);
    }

    /** In steps, so that nobody who stores waits for all of it. */
    private int forget(String adAccount, OutboxTable.State state, Duration olderThan) {
        int all = 0;
        int some;
        do {
            some = transaction(
                    Step.Of.OTHER,
                    (sql, now) -> table.forget(sql, adAccount, state, now - olderThan.toMillis(), FORGOTTEN_AT_ONCE));
            all += some;
        } while (some == FORGOTTEN_AT_ONCE);
        return all;
    }
}
