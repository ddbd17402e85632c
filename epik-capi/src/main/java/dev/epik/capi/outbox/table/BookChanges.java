// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.books.BookCounts;
import dev.epik.capi.outbox.books.BookHour;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The changes of one transaction to the books. Not thread-safe.
 *
 * <p><b>Locks.</b> A transaction adds to a row of the books that no other transaction has locked, and inserts one more
 * row if there is none. So it never waits for another one, which may belong to a process that is frozen. Each hour and
 * ad account has as many rows, at most, as there were transactions at the same time. The sum of the rows counts. A
 * transaction of the shop writes no books.
 */
public final class BookChanges {
    /** The columns that {@link #countStored} reads. */
    public static final String COLUMNS = "book_hour, stored_at";

    private final Map<BookHour, BookCounts> changes = new TreeMap<>();

    /** Returns the changes of one ad account and hour, to be added to. */
    public BookCounts of(String adAccount, long hour) {
        return changes.computeIfAbsent(new BookHour(adAccount, hour), none -> new BookCounts());
    }

    /**
     * Counts a row as stored, unless it is counted already. The caller sets its {@code book_hour} to
     * {@link Dialect#bookHour} in the same transaction, or deletes it.
     *
     * @param first the number of the first of {@link #COLUMNS} in the row
     * @return the hour in whose books the row is counted
     */
    public long countStored(String adAccount, ResultSet row, int first, long now) throws SQLException {
        long hour = row.getLong(first);
        if (hour != 0 || !row.wasNull()) {
            return hour;
        }
        long storedAt = row.getLong(first + 1);
        hour = BookHour.of(storedAt == 0 && row.wasNull() ? now : storedAt);
        of(adAccount, hour).stored++;
        return hour;
    }

    /** Writes the changes, and forgets them. */
    public void write(Connection connection, Dialect dialect) throws SQLException {
        for (Map.Entry<BookHour, BookCounts> each : changes.entrySet()) {
            if (!each.getValue().isEmpty() && !add(connection, dialect, each.getKey(), each.getValue())) {
                insert(connection, dialect, each.getKey(), each.getValue());
            }
        }
        changes.clear();
    }

    /** Adds to a row that no other transaction has locked; returns false if there is none. */
    private static boolean add(Connection connection, Dialect dialect, BookHour hour, BookCounts counts)
            throws SQLException {
        List<Object> key = new ArrayList<>(List.of(hour.hour(), hour.adAccount()));
        if (dialect.locksBeforeUpdate()) {
            try (PreparedStatement select = connection.prepareStatement(dialect.unlockedShard())) {
                OutboxTable.bind(select, key.toArray());
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return false;
                    }
                    key.add(row.getInt(1));
                }
            }
        } else if (dialect != Dialect.SQLITE) {
            key.addAll(List.copyOf(key)); // of the subquery
        }
        List<Object> values = new ArrayList<>(counts.values());
        values.addAll(key);
        try (PreparedStatement update = connection.prepareStatement(dialect.addToBooks())) {
            OutboxTable.bind(update, values.toArray());
            return update.executeUpdate() == 1;
        }
    }

    private static void insert(Connection connection, Dialect dialect, BookHour hour, BookCounts counts)
            throws SQLException {
        List<Object> values = new ArrayList<>(counts.values());
        values.addAll(List.of(hour.hour(), hour.adAccount()));
        values.add(dialect == Dialect.SQLITE ? 0 : ThreadLocalRandom.current().nextInt());
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO epik_books (stored, accepted, rejected, cancelled, hour, ad_account, shard)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            OutboxTable.bind(insert, values.toArray());
            insert.executeUpdate();
        }
    }
}
