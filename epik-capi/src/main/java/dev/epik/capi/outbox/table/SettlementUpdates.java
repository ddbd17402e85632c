// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes outcomes and new ends of leases, within a transaction that the caller holds. One statement changes all rows
 * that change alike and whose outcome is counted in the same hour; nearly always those are all of the batch.
 */
final class SettlementUpdates {
    private static final String DELIVERED = "state = 2, settled_at = ?, name = NULL, event_id = NULL, json = NULL,"
            + " bytes = NULL, happened_at = NULL, offline = NULL, redriven = NULL, stored_at = NULL,"
            + " urgent_until = NULL, ready_at = NULL, lease = NULL, book_hour = NULL, " + HistoryColumns.EMPTIED;
    private static final String DEAD = "state = 1, settled_at = ?, reason = ?, lease = NULL";
    private static final String WAITING = "state = ?, ready_at = ?, lease = NULL, " + HistoryColumns.ASSIGNED;

    /** The hour of a change that counts in no hour. */
    private static final long NO_HOUR = -1;

    private final Connection connection;
    private final Dialect dialect;
    private final LeasedRows rows;
    private final Batch batch;
    private final long now;

    SettlementUpdates(Connection connection, Dialect dialect, Batch batch, long now) {
        this.connection = connection;
        this.dialect = dialect;
        this.rows = new LeasedRows(connection, dialect, batch.lease());
        this.batch = batch;
        this.now = now;
    }

    /** Writes outcomes; see {@link Outbox#settle}. */
    SettleResult settle(List<Settlement> settlements) throws SQLException {
        List<byte[]> keys = new ArrayList<>(settlements.size());
        for (Settlement settlement : settlements) {
            keys.add(RowKey.of(settlement.claimed()).key);
        }
        Optional<Set<ByteBuffer>> ours = rows.lock(keys);
        Map<Change, List<byte[]>> changes = new LinkedHashMap<>();
        for (int i : OutboxTable.inOrder(keys)) {
            byte[] key = keys.get(i);
            if (ours.isEmpty() || ours.get().contains(ByteBuffer.wrap(key))) {
                changes.computeIfAbsent(change(settlements.get(i)), none -> new ArrayList<>())
                        .add(key);
            }
        }
        int settled = 0;
        BookChanges books = new BookChanges();
        for (Map.Entry<Change, List<byte[]>> each : changes.entrySet()) {
            Change change = each.getKey();
            int changed = rows.update(change.assignments(), change.values, each.getValue());
            change.count(books, changed);
            settled += changed;
        }
        books.write(connection, dialect);
        if (settled == settlements.size()) {
            return new SettleResult(settled, List.of());
        }
        Set<ByteBuffer> held = rows.held(keys);
        List<Settlement> locked = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (held.contains(ByteBuffer.wrap(keys.get(i)))) {
                locked.add(settlements.get(i));
            }
        }
        return new SettleResult(settled, List.copyOf(locked));
    }

    /** Moves the end of the lease; see {@link Outbox#extend}. */
    boolean extend(Duration lease) throws SQLException {
        List<byte[]> keys =
                batch.claimed().stream().map(claimed -> RowKey.of(claimed).key).toList();
        List<byte[]> sorted = new ArrayList<>(keys.size());
        for (int i : OutboxTable.inOrder(keys)) {
            sorted.add(keys.get(i));
        }
        Optional<Set<ByteBuffer>> ours = rows.lock(keys);
        if (ours.isPresent() && ours.get().size() < keys.size()) {
            return false;
        }
        return rows.update("ready_at = ?", List.of(OutboxTable.after(now, lease)), sorted) == keys.size();
    }

    private Change change(Settlement settlement) {
        if (settlement.outcome() instanceof Outcome.Postponed) {
            DeliveryHistory history = ColumnText.history(settlement.history());
            List<@Nullable Object> values = new ArrayList<>();
            RowState state = history.isSuspect() ? RowState.SUSPECT : RowState.WAITING;
            values.add(state.number);
            values.add(OutboxTable.after(now, settlement.retryDelay()));
            values.addAll(HistoryColumns.values(history));
            return new Change(state, values, "", NO_HOUR);
        }
        String account = settlement.event().adAccount();
        long hour = RowKey.of(settlement.claimed()).bookHour;
        if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            return new Change(RowState.DEAD, List.of(now, ColumnText.reason(rejected.reason())), account, hour);
        }
        return new Change(RowState.DELIVERED, List.of(now), account, hour);
    }

    /**
     * The same change of some rows. Outcomes of different ad accounts or hours are different changes.
     *
     * @param state the rows' state afterwards
     * @param values of the assignments
     */
    private record Change(RowState state, List<? extends @Nullable Object> values, String adAccount, long bookHour) {
        String assignments() {
            return switch (state) {
                case WAITING, SUSPECT -> WAITING;
                case DEAD -> DEAD;
                case DELIVERED -> DELIVERED;
            };
        }

        /** Counts the outcomes of this number of rows. */
        void count(BookChanges books, int rows) {
            if (state == RowState.DELIVERED) {
                books.of(adAccount, bookHour).accepted += rows;
            } else if (state == RowState.DEAD) {
                books.of(adAccount, bookHour).rejected += rows;
            }
        }

        /** Written by hand for the reason that {@link StoredEvent.Key} gives. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Change change
                    && bookHour == change.bookHour
                    && adAccount.equals(change.adAccount)
                    && state == change.state
                    && values.equals(change.values);
        }

        @Override
        public int hashCode() {
            return Objects.hash(state, values, adAccount, bookHour);
        }
    }
}
