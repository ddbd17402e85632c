// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Puts events into the table, and tells of each whether it was new. Where the database takes arrays, all go in one statement that
 * answers with the keys it stored: a fifth of the cost.
 */
final class Insertion {
    private static final String COLUMNS = "(event_key, ad_account, state, name, event_id, json, bytes, happened_at,"
            + " offline, redriven, stored_at, urgent_until, ready_at) ";
    private static final String ONE = COLUMNS + "VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, 0, NOW, ?, NOW)";
    private static final String MANY = COLUMNS
            + "SELECT k, a, 0, n, i, j, b, h, o, 0, NOW, u, NOW FROM unnest(?::bytea[], ?::text[], ?::text[], ?::text[],"
            + " ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) AS event (k, a, n, i, j, b, h, o, u)";

    private final Connection connection;
    private final Dialect dialect;
    private final long time;

    /** @param time the parameter of {@link Dialect#now()} */
    Insertion(Connection connection, Dialect dialect, long time) {
        this.connection = connection;
        this.dialect = dialect;
        this.time = time;
    }

    /** In the events' order. */
    List<Outbox.Added> of(List<StoredEvent> events) throws SQLException {
        List<byte[]> keys =
                events.stream().map(event -> Fingerprint.of(event.key())).toList();
        return dialect.takesArrays() && events.size() > 1 ? together(events, keys) : oneByOne(events, keys);
    }

    /** And not as a batch: some drivers rewrite batches of inserts, and then nobody knows which were stored. */
    private List<Outbox.Added> oneByOne(List<StoredEvent> events, List<byte[]> keys) throws SQLException {
        Outbox.Added[] answers = new Outbox.Added[events.size()];
        try (PreparedStatement insert = connection.prepareStatement(sql(ONE))) {
            for (int i : order(keys)) {
                StoredEvent event = events.get(i);
                insert.setBytes(1, keys.get(i));
                insert.setString(2, event.adAccount());
                insert.setString(3, event.name());
                insert.setString(4, event.id());
                insert.setString(5, event.json());
                insert.setInt(6, event.bytes());
                insert.setLong(7, event.happenedAt().toEpochMilli());
                insert.setInt(8, event.offline() ? 1 : 0);
                insert.setLong(9, time);
                insert.setLong(10, event.urgentUntil().toEpochMilli());
                insert.setLong(11, time);
                answers[i] = answer(insert.executeUpdate() == 1);
            }
        }
        return List.of(answers);
    }

    /** SQLite has one writer, which waits for no lock: a spool is moved in the order of the events. */
    private int[] order(List<byte[]> keys) {
        return dialect == Dialect.SQLITE ? IntStream.range(0, keys.size()).toArray() : OutboxTable.inOrder(keys);
    }

    private List<Outbox.Added> together(List<StoredEvent> events, List<byte[]> keys) throws SQLException {
        int[] order = OutboxTable.inOrder(keys);
        List<StoredEvent> sorted = new ArrayList<>(order.length);
        byte[][] sortedKeys = new byte[order.length][];
        for (int i : order) {
            sortedKeys[sorted.size()] = keys.get(i);
            sorted.add(events.get(i));
        }
        Set<ByteBuffer> stored = new HashSet<>();
        try (PreparedStatement insert = connection.prepareStatement(sql(MANY) + " RETURNING event_key")) {
            insert.setLong(1, time);
            insert.setLong(2, time);
            insert.setArray(3, connection.createArrayOf("bytea", sortedKeys));
            insert.setArray(4, texts(sorted, StoredEvent::adAccount));
            insert.setArray(5, texts(sorted, StoredEvent::name));
            insert.setArray(6, texts(sorted, StoredEvent::id));
            insert.setArray(7, texts(sorted, StoredEvent::json));
            insert.setArray(8, numbers(sorted, StoredEvent::bytes));
            insert.setArray(9, numbers(sorted, event -> event.happenedAt().toEpochMilli()));
            insert.setArray(10, numbers(sorted, event -> event.offline() ? 1 : 0));
            insert.setArray(11, numbers(sorted, event -> event.urgentUntil().toEpochMilli()));
            try (ResultSet rows = insert.executeQuery()) {
                while (rows.next()) {
                    stored.add(ByteBuffer.wrap(rows.getBytes(1)));
                }
            }
        }
        // of two with one key the first was stored: it comes first here, and the order of equal keys is that of the
        // events
        return keys.stream()
                .map(key -> answer(stored.remove(ByteBuffer.wrap(key))))
                .toList();
    }

    /** By its exact type: of an Object[] the driver makes a text, for the server to take apart. */
    private Array texts(List<StoredEvent> events, Function<StoredEvent, String> column) throws SQLException {
        return connection.createArrayOf("text", events.stream().map(column).toArray(String[]::new));
    }

    private Array numbers(List<StoredEvent> events, ToLongFunction<StoredEvent> column) throws SQLException {
        return connection.createArrayOf(
                "int8", events.stream().mapToLong(column).boxed().toArray(Long[]::new));
    }

    private String sql(String insert) {
        return dialect.insert(insert.replace("NOW", dialect.now()));
    }

    private static Outbox.Added answer(boolean isNew) {
        return isNew ? Outbox.Added.STORED : Outbox.Added.ALREADY_STORED;
    }
}
