// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.FoundEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Searches the waiting events and the dead letters of an ad account in SQL, in the order of the time by which they are
 * indexed, within a transaction that the caller holds. It keeps only what it finds. Thread-safe.
 */
public final class EventSearch {
    /** The rows that one transaction reads. */
    public static final int PAGE = 500;

    private final Dialect dialect;

    EventSearch(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The result of one page.
     *
     * @param rows how many rows were read
     * @param lastTime the time of the last one
     */
    public record Page(List<FoundEvent> found, int rows, long lastTime) {}

    /**
     * Reads at most {@code max} rows of one state and ad account, from a time on. Rows of this time may have been on
     * the page before: an index has no order among rows of the same time.
     */
    public Page read(
            Connection connection, String adAccount, RowState state, long from, int max, Predicate<StoredEvent> which)
            throws SQLException {
        List<FoundEvent> found = new ArrayList<>();
        int read = 0;
        long lastTime = from;
        String time = state.timeColumn;
        try (PreparedStatement select = connection.prepareStatement("SELECT " + OutboxTable.EVENT + ", " + time
                + " FROM " + dialect.from(dialect.timeIndex(state)) + " WHERE state = " + state.number
                + " AND ad_account = ? AND " + time + " >= ? ORDER BY " + time + " LIMIT ?")) {
            OutboxTable.bind(select, adAccount, from, max);
            select.setFetchSize(PAGE);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    read++;
                    lastTime = rows.getLong(7);
                    StoredEvent event = OutboxTable.event(rows, adAccount);
                    if (which.test(event)) {
                        found.add(new FoundEvent(event.key(), state == RowState.DEAD));
                    }
                }
            }
        }
        return new Page(found, read, lastTime);
    }
}
