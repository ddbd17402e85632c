// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.books.BookCounts;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The outbox in SQL: what each operation of {@link Outbox} does to the tables, within a transaction that the caller
 * holds at READ COMMITTED or stricter. It has no clock and no connection of its own, and begins and commits nothing.
 * Thread-safe.
 *
 * <p>Peek and claim read rows by an index, and no more than they were asked for, however many wait. Rows are inserted
 * in the order of their keys, and changed under a lease that belongs to one transaction, so that two of our
 * transactions never wait for each other in a circle. The books are written last, in rows that no other transaction has
 * locked.
 *
 * <p>The script of each {@link Dialect} documents the columns.
 */
public final class OutboxTable {
    /** The schema of the tables that this version reads and writes. */
    public static final int SCHEMA = 2;

    static final String EVENT = "event_key, name, event_id, json, happened_at, offline";

    private static final int[] WAITING_STATES = {RowState.WAITING.number, RowState.SUSPECT.number};

    private final Dialect dialect;
    private final InsertLimits limits;
    private final Map<RowState, AccountScan> scans = new EnumMap<>(RowState.class);

    /** The counters of events by hour and ad account. */
    public final BooksTable books;

    public final DeadLetterTable deadLetters;

    public final EventSearch search;

    public OutboxTable(Dialect dialect) {
        this(dialect, InsertLimits.NONE);
    }

    public OutboxTable(Dialect dialect, InsertLimits limits) {
        this.dialect = dialect;
        this.limits = limits;
        this.books = new BooksTable(dialect);
        this.deadLetters = new DeadLetterTable(dialect);
        this.search = new EventSearch(dialect);
        for (RowState state : RowState.values()) {
            scans.put(state, new AccountScan(dialect, state));
        }
    }

    /** Stores events at a time in a transaction of the outbox, in a database without a clock. */
    public List<EventStore.Added> insert(Connection connection, List<StoredEvent> events, long now)
            throws SQLException {
        return Insertion.inOwnTransaction(connection, dialect, limits, now).of(events);
    }

    /**
     * Stores events in a transaction of the outbox, in a database with a clock, and commits it if
     * {@link Dialect#commit} has a statement for it.
     */
    public List<EventStore.Added> insert(Connection connection, List<StoredEvent> events) throws SQLException {
        return Insertion.inOwnTransaction(connection, dialect, limits, 0).of(events);
    }

    /** Stores an event in a transaction of the shop; see {@link SavepointInsert}. */
    public EventStore.Added insert(Connection transaction, StoredEvent event) throws SQLException {
        Insertion insertion = Insertion.inShopTransaction(transaction, dialect, limits);
        return SavepointInsert.execute(transaction, dialect, new SavepointInsert.Insert() {
            @Override
            public EventStore.Added run() throws SQLException {
                return insertion.of(List.of(event)).get(0);
            }

            @Override
            public void strictly() throws SQLException {
                insertion.strictly(event);
            }
        });
    }

    /** Returns the indexes of the keys, in the order of the keys. */
    static int[] inOrder(List<byte[]> keys) {
        return IntStream.range(0, keys.size())
                .boxed()
                .sorted(Comparator.comparing(keys::get, Arrays::compare))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns a time that much later; the end of time if the sum is too large. */
    public static long after(long now, Duration time) {
        long max = Long.MAX_VALUE - now;
        return time.compareTo(Duration.ofMillis(max)) < 0 ? now + time.toMillis() : Long.MAX_VALUE;
    }

    /** Returns a time that much earlier; the beginning of time if the difference is too small. */
    public static long before(long now, Duration time) {
        return time.compareTo(Duration.ofMillis(Long.MAX_VALUE)) < 0 ? now - time.toMillis() : Long.MIN_VALUE;
    }

    public Peek peek(Connection connection, String adAccount, int max, long now) throws SQLException {
        return new PeekQueries(connection, dialect, now).peek(adAccount, max);
    }

    /**
     * Reads one page of the ad accounts that have rows in a state. Rows that wait without a time become dead letters:
     * no claim would find them. If the earliest row of an ad account is ready too late, its rows become ready now.
     */
    public List<AccountScan.Account> accounts(Connection connection, RowState state, String after, long now)
            throws SQLException {
        List<AccountScan.Account> page = scan(state).page(connection, after);
        if (state.maxWait.isZero()) {
            return page;
        }
        List<AccountScan.Account> repaired = new ArrayList<>(page.size());
        ClaimQueries claiming = new ClaimQueries(connection, dialect, now);
        for (AccountScan.Account account : page) {
            if (account.hasUntimed()) {
                claiming.buryUntimed(account.id(), state);
            }
            boolean isTooLate = account.earliest()
                    .filter(time -> time > ClockRepair.max(state, now))
                    .isPresent();
            if (isTooLate) {
                new ClockRepair(connection, dialect, now).repair(account.id(), state);
            }
            repaired.add(isTooLate ? account.at(now) : account);
        }
        claiming.writeBooks();
        return repaired;
    }

    private AccountScan scan(RowState state) {
        return Objects.requireNonNull(scans.get(state));
    }

    public Optional<Batch> claim(
            Connection connection,
            String adAccount,
            ClaimKind kind,
            int maxEvents,
            long maxBytes,
            Duration lease,
            Optional<Batch> begun,
            long now)
            throws SQLException {
        return new ClaimQueries(connection, dialect, now).claim(adAccount, kind, maxEvents, maxBytes, lease, begun);
    }

    public boolean extend(Connection connection, Batch batch, Duration lease, long now) throws SQLException {
        return new SettlementUpdates(connection, dialect, batch, now).extend(lease);
    }

    public SettleResult settle(Connection connection, Batch batch, List<Settlement> settlements, long now)
            throws SQLException {
        return new SettlementUpdates(connection, dialect, batch, now).settle(settlements);
    }

    public void pause(Connection connection, String adAccount, Duration time, String reason, long now)
            throws SQLException {
        long latest = after(now, Outbox.MAX_PAUSE);
        update(
                connection,
                limits.own() + "DELETE FROM epik_pause WHERE ad_account = ? AND paused_until > ?",
                adAccount,
                latest); // stored before the clock was set back
        update(
                connection,
                limits.own() + dialect.putPause(),
                adAccount,
                after(now, pauseOf(time)),
                ColumnText.reason(reason));
    }

    /** Returns the length of a pause as it is stored. */
    public static Duration pauseOf(Duration time) {
        return time.compareTo(Outbox.MAX_PAUSE) < 0 ? time : Outbox.MAX_PAUSE;
    }

    public void resume(Connection connection, String adAccount) throws SQLException {
        update(connection, limits.own() + "DELETE FROM epik_pause WHERE ad_account = ?", adAccount);
    }

    public void forgetPauses(Connection connection, long now) throws SQLException {
        update(
                connection,
                limits.own() + "DELETE FROM epik_pause WHERE paused_until <= ? OR paused_until > ?",
                now,
                after(now, Outbox.MAX_PAUSE));
    }

    public int releaseSuspects(Connection connection, String adAccount, String reason, long now) throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        String which = reason.isEmpty() ? "suspect <> ?" : "suspect = ?";
        try (PreparedStatement select = connection.prepareStatement("SELECT event_key FROM "
                + dialect.from(dialect.timeIndex(RowState.SUSPECT)) + " WHERE state = 3 AND ad_account = ? AND "
                + which + " AND (lease IS NULL OR ready_at <= ?)" + dialect.locking())) {
            bind(select, adAccount, ColumnText.suspectReason(reason), now);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getBytes(1));
                }
            }
        }
        String earlier = "CASE WHEN ready_at < ? THEN ready_at ELSE ? END";
        return KeyedUpdate.execute(
                connection,
                dialect,
                "UPDATE epik_outbox SET ready_at = " + earlier + " WHERE " + dialect.keyed(),
                keys,
                List.of(now, now));
    }

    public Backlog backlog(Connection connection, String adAccount, long now) throws SQLException {
        String of = " FROM epik_outbox WHERE ad_account = ? AND state = ";
        try (PreparedStatement count = connection.prepareStatement("SELECT (SELECT COUNT(*)" + of
                + "0), (SELECT COUNT(*)" + of + "3), (SELECT COUNT(*)" + of + "1), (SELECT MIN(stored_at)" + of
                + "0), (SELECT MIN(stored_at)" + of + "3)")) {
            bind(count, adAccount, adAccount, adAccount, adAccount, adAccount);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                Optional<Duration> oldest = Optional.empty();
                for (int column = 4; column <= 5; column++) {
                    long stored = row.getLong(column);
                    if (!row.wasNull() && since(stored, now).compareTo(oldest.orElse(Duration.ZERO)) >= 0) {
                        oldest = Optional.of(since(stored, now));
                    }
                }
                int suspects = row.getInt(2);
                return new Backlog(row.getInt(1) + suspects, suspects, row.getInt(3), oldest);
            }
        }
    }

    /** Returns the ad accounts that have rows in one of these states, sorted. */
    public List<String> adAccounts(Connection connection, RowState... states) throws SQLException {
        TreeSet<String> accounts = new TreeSet<>();
        for (RowState state : states) {
            scan(state).all(connection).forEach(account -> accounts.add(account.id()));
        }
        return List.copyOf(accounts);
    }

    public CancelResult cancel(Connection connection, StoredEvent.Key key, long now) throws SQLException {
        byte[] id = Fingerprint.of(key);
        BookChanges changes = new BookChanges();
        try (PreparedStatement select = connection.prepareStatement("SELECT state, lease, ready_at, ad_account, "
                + BookChanges.COLUMNS + " FROM epik_outbox WHERE event_key = ?" + dialect.locking())) {
            select.setBytes(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    if (count(connection, "SELECT COUNT(*) FROM epik_outbox WHERE event_key = ?", id) > 0) {
                        throw JdbcErrors.locked();
                    }
                    return CancelResult.UNKNOWN;
                }
                int state = row.getInt(1);
                boolean isDead = state == RowState.DEAD.number;
                if (!isDead && (state == RowState.DELIVERED.number || isLeased(row, now))) {
                    return CancelResult.TOO_LATE;
                }
                String adAccount = row.getString(4);
                boolean wasRejected = isDead && row.getString(5) != null;
                BookCounts counts = changes.of(adAccount, changes.countStored(adAccount, row, 5, now));
                counts.rejected -= wasRejected ? 1 : 0;
                counts.cancelled++;
            }
        }
        update(connection, "DELETE FROM epik_outbox WHERE event_key = ?", id);
        changes.write(connection, dialect);
        return CancelResult.CANCELLED;
    }

    /** Forgets that an event was delivered; returns whether it was remembered. */
    public boolean forgetDelivered(Connection connection, StoredEvent.Key key) throws SQLException {
        String delete = "DELETE FROM epik_outbox WHERE event_key = ? AND state = " + RowState.DELIVERED.number;
        return update(connection, delete, Fingerprint.of(key)) > 0;
    }

    /** Returns whether a waiting row may be under way; see {@link Outbox#CANCEL_GRACE}. */
    private static boolean isLeased(ResultSet row, long now) throws SQLException {
        long until = row.getLong(3);
        boolean isEndless = until == 0 && row.wasNull();
        return row.getString(2) != null && (isEndless || until > now - Outbox.CANCEL_GRACE.toMillis());
    }

    /**
     * Deletes rows of one state and ad account that were settled before a time, the oldest first. Skips locked ones.
     */
    public int forget(Connection connection, String adAccount, RowState state, long before, int max)
            throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT event_key FROM "
                + dialect.from(dialect.timeIndex(state)) + " WHERE state = " + state.number
                + " AND ad_account = ? AND settled_at < ? ORDER BY settled_at LIMIT ?" + dialect.locking())) {
            bind(select, adAccount, before, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getBytes(1));
                }
            }
        }
        return KeyedUpdate.execute(
                connection, dialect, "DELETE FROM epik_outbox WHERE " + dialect.keyed(), keys, List.of());
    }

    /** Ends all leases, for a caller that knows that no process holds one; returns how many there were. */
    public int endLeases(Connection connection, long now) throws SQLException {
        int ended = 0;
        for (int state : WAITING_STATES) {
            ended += update(
                    connection,
                    "UPDATE epik_outbox SET lease = NULL, ready_at = ? WHERE state = " + state
                            + " AND lease IS NOT NULL",
                    now);
        }
        return ended;
    }

    static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    static int count(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    /** Reads the columns {@link #EVENT}. Nulls, which another program has written, become empty texts. */
    static StoredEvent event(ResultSet row, String adAccount) throws SQLException {
        return new StoredEvent(
                adAccount,
                Objects.requireNonNullElse(row.getString(2), ""),
                Objects.requireNonNullElse(row.getString(3), ""),
                Objects.requireNonNullElse(row.getString(4), ""),
                Instant.ofEpochMilli(row.getLong(5)),
                row.getInt(6) == 1);
    }

    /** Returns how long ago a time is. Never negative, although clocks are set back. */
    public static Duration since(long then, long now) {
        return Duration.ofMillis(Math.max(0, now - then));
    }

    /** Work of one transaction on the table. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does the work at a time in epoch milliseconds. */
        T at(Connection connection, long now) throws SQLException;
    }
}
