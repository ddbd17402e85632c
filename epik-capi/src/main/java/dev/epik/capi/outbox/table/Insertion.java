// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Inserts events, and returns for each whether it was new. If the database takes arrays, all go in one statement that
 * returns the keys it stored: a fifth of the cost.
 *
 * <p><b>Locks.</b> If another transaction has stored an event and not committed it, the insert fails with an error of
 * {@link JdbcErrors#isLocked}: on MariaDB at once, on PostgreSQL after 1 ms, in a shop's transaction after 100 ms.
 * PostgreSQL looks for deadlocks after 1 s by default, MariaDB as soon as a transaction waits, so this insert is in no
 * deadlock.
 *
 * <p><b>Commit.</b> In a transaction of the outbox the insert also commits if {@link Dialect#commit} has a statement
 * for it.
 *
 * <p>If an event was not inserted, the row with its key must exist, and its state is looked up. Otherwise the database
 * skipped it for another reason, and the insert fails.
 */
final class Insertion {
    private static final String COLUMNS = "(event_key, ad_account, state, name, event_id, json, bytes, happened_at,"
            + " offline, redriven, stored_at, urgent_until, ready_at) ";
    private static final String ONE = "?, ?, 0, ?, ?, ?, ?, ?, ?, 0, NOW, ?, NOW";
    private static final String MANY =
            "SELECT k, a, 0, n, i, j, b, h, o, 0, NOW, u, NOW FROM unnest(?::bytea[], ?::text[], ?::text[], ?::text[],"
                    + " ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])"
                    + " AS event (k, a, n, i, j, b, h, o, u)";

    /**
     * PostgreSQL's limit of a lock wait, for one statement of the shop's transaction: the old one is read before, and
     * set again when {@code n} is known. Each step uses a value of the one before, so that none comes too early. If the
     * statement fails, the rollback sets the old one again.
     */
    private static final String LIMITED =
            "WITH old AS MATERIALIZED (SELECT current_setting('lock_timeout') AS wait), limited AS MATERIALIZED"
                    + " (SELECT wait, set_config('lock_timeout', CASE WHEN wait = '' THEN '' ELSE '100ms' END, true)"
                    + " AS now FROM old), stored AS (%s RETURNING event_key) ";

    private static final String ENDED = "SELECT n, set_config('lock_timeout', CASE WHEN n >= 0 THEN wait END, true)"
            + " FROM limited, (SELECT COUNT(*) AS n FROM stored) AS counted";

    private final Connection connection;
    private final Dialect dialect;
    private final InsertLimits limits;
    private final boolean isShops;

    /** The time of a dialect without a clock; 0 otherwise. */
    private final long now;

    /**
     * Returns an insertion in a transaction of the outbox.
     *
     * @param now the time if the dialect has no clock
     */
    static Insertion inOwnTransaction(Connection connection, Dialect dialect, InsertLimits limits, long now) {
        return new Insertion(connection, dialect, limits, false, now);
    }

    /** Returns an insertion in a transaction of the shop, in a database that has a clock. */
    static Insertion inShopTransaction(Connection connection, Dialect dialect, InsertLimits limits) {
        return new Insertion(connection, dialect, limits, true, 0);
    }

    private Insertion(Connection connection, Dialect dialect, InsertLimits limits, boolean isShops, long now) {
        this.connection = connection;
        this.dialect = dialect;
        this.limits = limits;
        this.isShops = isShops;
        this.now = now;
    }

    /**
     * Returns the results in the events' order.
     *
     * @throws CommittedException if new events were committed, and the states of the others cannot be read
     */
    List<EventStore.Added> of(List<StoredEvent> events) throws SQLException {
        List<byte[]> keys =
                events.stream().map(event -> Fingerprint.of(event.key())).toList();
        List<EventStore.Added> added =
                dialect.takesArrays() && events.size() > 1 ? together(events, keys) : oneByOne(events, keys);
        if (!added.contains(EventStore.Added.ALREADY_STORED)) {
            return added;
        }
        try {
            return withStates(added, keys);
        } catch (SQLException e) {
            boolean hasCommitted = !suffix().isEmpty() && added.contains(EventStore.Added.STORED);
            throw hasCommitted ? new CommittedException(e) : e;
        }
    }

    /** Looks up in which state the rows are that exist already. */
    private List<EventStore.Added> withStates(List<EventStore.Added> added, List<byte[]> keys) throws SQLException {
        List<byte[]> known = IntStream.range(0, keys.size())
                .filter(i -> added.get(i).isDuplicate())
                .mapToObj(keys::get)
                .toList();
        Map<ByteBuffer, EventStore.Added> states = new KnownKeys(connection, dialect, prefix()).states(known);
        return IntStream.range(0, keys.size())
                .mapToObj(i -> added.get(i).isDuplicate()
                        ? Objects.requireNonNull(states.get(ByteBuffer.wrap(keys.get(i))))
                        : added.get(i))
                .toList();
    }

    /** Inserts an event whose key may be there. The statement then fails with SQL state 23505. PostgreSQL only. */
    void strictly(StoredEvent event) throws SQLException {
        String sql = "INSERT INTO epik_outbox " + COLUMNS + "VALUES (" + ONE + ")";
        try (PreparedStatement insert = connection.prepareStatement(timed(sql))) {
            bind(insert, event, Fingerprint.of(event.key()));
            insert.executeUpdate();
        }
    }

    /** Does not use a JDBC batch: some drivers rewrite batches of inserts, and then do not report which were stored. */
    private List<EventStore.Added> oneByOne(List<StoredEvent> events, List<byte[]> keys) throws SQLException {
        EventStore.Added[] answers = new EventStore.Added[events.size()];
        try (PreparedStatement insert = connection.prepareStatement(timed(one()))) {
            for (int i : order(keys)) {
                bind(insert, events.get(i), keys.get(i));
                answers[i] = answer(inserted(insert) == 1);
            }
        }
        return List.of(answers);
    }

    /**
     * Returns the order of the inserts. On SQLite it is that of the events, because its one writer waits for no lock.
     * On other databases it is that of the keys.
     */
    private int[] order(List<byte[]> keys) {
        return dialect == Dialect.SQLITE ? IntStream.range(0, keys.size()).toArray() : OutboxTable.inOrder(keys);
    }

    private String one() {
        return restoresLimit()
                ? LIMITED.formatted(dialect.insert(
                                COLUMNS + "SELECT " + ONE + " FROM limited WHERE limited.now IS NOT NULL"))
                        + ENDED
                : prefix() + dialect.insert(COLUMNS + "VALUES (" + ONE + ")") + suffix();
    }

    private boolean restoresLimit() {
        return isShops && dialect == Dialect.POSTGRESQL;
    }

    private String prefix() {
        return isShops ? limits.shop() : limits.own();
    }

    private String suffix() {
        return isShops ? "" : dialect.commit();
    }

    private int inserted(PreparedStatement insert) throws SQLException {
        if (restoresLimit()) {
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
        execute(insert);
        return insert.getUpdateCount();
    }

    /**
     * Executes the insert. On PostgreSQL the prefix is a separate statement in the same round trip, and its result
     * comes first.
     */
    private void execute(PreparedStatement insert) throws SQLException {
        insert.execute();
        if (dialect == Dialect.POSTGRESQL && !prefix().isEmpty()) {
            insert.getMoreResults();
        }
    }

    private void bind(PreparedStatement insert, StoredEvent event, byte[] key) throws SQLException {
        insert.setBytes(1, key);
        insert.setString(2, event.adAccount());
        insert.setString(3, event.name());
        insert.setString(4, event.id());
        insert.setString(5, event.json());
        insert.setInt(6, event.bytes());
        insert.setLong(7, event.happenedAt().toEpochMilli());
        insert.setInt(8, event.offline() ? 1 : 0);
        int next = 9;
        if (!dialect.hasClock()) {
            insert.setLong(next++, now);
        }
        insert.setLong(next++, event.urgentUntil().toEpochMilli());
        if (!dialect.hasClock()) {
            insert.setLong(next, now);
        }
    }

    private List<EventStore.Added> together(List<StoredEvent> events, List<byte[]> keys) throws SQLException {
        int[] order = OutboxTable.inOrder(keys);
        List<StoredEvent> sorted = new ArrayList<>(order.length);
        byte[][] sortedKeys = new byte[order.length][];
        for (int i : order) {
            sortedKeys[sorted.size()] = keys.get(i);
            sorted.add(events.get(i));
        }
        Set<ByteBuffer> stored = new HashSet<>();
        try (PreparedStatement insert = connection.prepareStatement(timed(many()))) {
            insert.setArray(1, connection.createArrayOf("bytea", sortedKeys));
            insert.setArray(2, texts(sorted, StoredEvent::adAccount));
            insert.setArray(3, texts(sorted, StoredEvent::name));
            insert.setArray(4, texts(sorted, StoredEvent::id));
            insert.setArray(5, texts(sorted, StoredEvent::json));
            insert.setArray(6, numbers(sorted, StoredEvent::bytes));
            insert.setArray(7, numbers(sorted, event -> event.happenedAt().toEpochMilli()));
            insert.setArray(8, numbers(sorted, event -> event.offline() ? 1 : 0));
            insert.setArray(9, numbers(sorted, event -> event.urgentUntil().toEpochMilli()));
            insert.setFetchSize(0); // all at once: after the commit the driver could fetch no more
            execute(insert);
            try (ResultSet rows = insert.getResultSet()) {
                while (rows.next()) {
                    stored.add(ByteBuffer.wrap(rows.getBytes(1)));
                }
            }
        }
        // of two with one key the first was stored: it comes first here, as equal keys are in the order of the events
        return keys.stream()
                .map(key -> answer(stored.remove(ByteBuffer.wrap(key))))
                .toList();
    }

    /**
     * Returns the column as a SQL array. It is made of a String[]: the driver sends an Object[] as one text to parse.
     */
    private Array texts(List<StoredEvent> events, Function<StoredEvent, String> column) throws SQLException {
        return connection.createArrayOf("text", events.stream().map(column).toArray(String[]::new));
    }

    private Array numbers(List<StoredEvent> events, ToLongFunction<StoredEvent> column) throws SQLException {
        return connection.createArrayOf(
                "int8", events.stream().mapToLong(column).boxed().toArray(Long[]::new));
    }

    private String many() {
        return prefix() + dialect.insert(COLUMNS + MANY) + " RETURNING event_key" + suffix();
    }

    private String timed(String sql) {
        return sql.replace("NOW", dialect.now());
    }

    private static EventStore.Added answer(boolean isNew) {
        return isNew ? EventStore.Added.STORED : EventStore.Added.ALREADY_STORED;
    }
}
