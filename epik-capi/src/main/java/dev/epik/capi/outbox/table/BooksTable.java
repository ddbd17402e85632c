// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.books.BookHour;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads and cleans the books in SQL, within a transaction that the caller holds. Thread-safe.
 *
 * <p>Each question is one statement, because only a statement sees books and rows at one point in time. It reads all
 * waiting rows and all of the books.
 */
public final class BooksTable {
    /** Rows that one transaction removes at most. */
    static final int MAX_REMOVED_AT_ONCE = 500;

    private static final String SAME_HOUR = "w.ad_account = b.ad_account AND w.hour = b.hour";

    /** The books by ad account and hour. A row of the table is no more than a summand. */
    private static final String BOOKS =
            "b (ad_account, hour, stored, accepted, rejected, cancelled) AS (SELECT ad_account,"
                    + " hour, SUM(stored), SUM(accepted), SUM(rejected), SUM(cancelled) FROM epik_books GROUP BY hour, ad_account)";

    private final Dialect dialect;

    /** Waiting rows that are counted as stored, by ad account and hour. */
    private final String waiting;

    BooksTable(Dialect dialect) {
        this.dialect = dialect;
        this.waiting = "WITH w (ad_account, hour, n) AS (SELECT ad_account, book_hour, COUNT(*) FROM ("
                + booked(RowState.WAITING) + " UNION ALL " + booked(RowState.SUSPECT)
                + ") AS booked GROUP BY ad_account, book_hour)";
    }

    private String booked(RowState state) {
        return "SELECT ad_account, book_hour FROM " + dialect.from(dialect.timeIndex(state)) + " WHERE state = "
                + state.number + " AND book_hour IS NOT NULL";
    }

    /** Returns the hours that do not balance; see {@link Outbox#verify}. */
    public List<BooksDifference> verify(Connection connection) throws SQLException {
        List<BooksDifference> differences = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(waiting + ", " + BOOKS
                        + " SELECT b.ad_account, b.hour, b.stored, b.accepted, b.rejected, b.cancelled, COALESCE(w.n, 0)"
                        + " FROM b LEFT JOIN w ON " + SAME_HOUR
                        + " WHERE b.stored - b.accepted - b.rejected - b.cancelled <> COALESCE(w.n, 0)"
                        + " UNION ALL SELECT w.ad_account, w.hour, 0, 0, 0, 0, w.n FROM w"
                        + " WHERE NOT EXISTS (SELECT 1 FROM epik_books b WHERE " + SAME_HOUR + ") ORDER BY 1, 2");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                differences.add(new BooksDifference(
                        rows.getString(1),
                        BookHour.start(rows.getLong(2)),
                        rows.getLong(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        rows.getLong(7)));
            }
        }
        return List.copyOf(differences);
    }

    /** Returns the sums of all hours, by ad account. */
    public List<BooksTotal> totals(Connection connection) throws SQLException {
        List<BooksTotal> totals = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(waiting
                        + " SELECT ad_account, SUM(stored), SUM(accepted), SUM(rejected), SUM(cancelled), SUM(n) FROM ("
                        + "SELECT ad_account, stored, accepted, rejected, cancelled, 0 AS n FROM epik_books"
                        + " UNION ALL SELECT ad_account, 0, 0, 0, 0, n FROM w) AS entries"
                        + " GROUP BY ad_account ORDER BY ad_account");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                totals.add(new BooksTotal(
                        rows.getString(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6)));
            }
        }
        return List.copyOf(totals);
    }

    /**
     * Removes old hours of which nothing waits, in steps. An hour of which another transaction has locked a row is left
     * for the next time.
     *
     * <p>If a dead letter of a removed hour is redriven or cancelled later, the hour begins again with a negative
     * number of rejected events, and balances.
     *
     * @param before the hours that are older than this one
     * @param after the last hour that the step before looked at
     * @return the last hour that this step looked at; empty if it looked at all
     */
    public Optional<BookHour> forget(Connection connection, long before, BookHour after) throws SQLException {
        Map<BookHour, Integer> locked = new TreeMap<>();
        BookHour last = after;
        int rows = 0;
        boolean hasOpen = false;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT ad_account, hour, stored - accepted - rejected - cancelled FROM epik_books"
                        + " WHERE hour < ? AND hour >= ? AND (hour > ? OR ad_account > ?)"
                        + " ORDER BY hour, ad_account LIMIT " + MAX_REMOVED_AT_ONCE + dialect.locking())) {
            OutboxTable.bind(select, before, after.hour(), after.hour(), after.adAccount());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    last = new BookHour(row.getString(1), row.getLong(2));
                    locked.merge(last, 1, Integer::sum);
                    hasOpen |= row.getLong(3) != 0;
                    rows++;
                }
            }
        }
        remove(connection, removable(connection, before, locked, hasOpen));
        return rows < MAX_REMOVED_AT_ONCE ? Optional.empty() : Optional.of(last);
    }

    /**
     * Returns those of the hours of which all rows are locked and nothing waits. One statement reads both: what another
     * transaction commits before it is seen in both, and what one commits later balances in itself.
     *
     * @param locked how many rows of each hour are locked
     */
    private List<BookHour> removable(
            Connection connection, long before, Map<BookHour, Integer> locked, boolean readsWaiting)
            throws SQLException {
        List<BookHour> removable = new ArrayList<>();
        if (locked.isEmpty()) {
            return removable;
        }
        String rows = "SELECT ad_account, hour, COUNT(*), 0 FROM epik_books WHERE hour < " + before
                + " GROUP BY hour, ad_account";
        String sql = readsWaiting
                ? waiting + " " + rows + " UNION ALL SELECT ad_account, hour, 0, n FROM w WHERE hour < " + before
                : rows;
        Map<BookHour, Integer> found = new TreeMap<>();
        Set<BookHour> kept = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                BookHour hour = new BookHour(row.getString(1), row.getLong(2));
                found.merge(hour, row.getInt(3), Integer::sum);
                if (row.getLong(4) > 0) {
                    kept.add(hour);
                }
            }
        }
        locked.forEach((hour, count) -> {
            if (count.equals(found.get(hour)) && !kept.contains(hour)) {
                removable.add(hour);
            }
        });
        return removable;
    }

    private static void remove(Connection connection, List<BookHour> hours) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM epik_books WHERE hour = ? AND ad_account = ?")) {
            for (BookHour each : hours) {
                OutboxTable.bind(delete, each.hour(), each.adAccount());
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }
}
