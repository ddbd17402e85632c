// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.pinterest.EventAge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Lists, counts and redrives dead letters in SQL, within a transaction that the caller holds. Thread-safe. */
public final class DeadLetterTable {
    private final Dialect dialect;

    DeadLetterTable(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Returns the newest dead letters, the newest first. */
    public List<DeadLetter> newest(Connection connection, String adAccount, int max) throws SQLException {
        List<DeadLetter> letters = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT " + OutboxTable.EVENT
                + ", reason, settled_at FROM epik_outbox WHERE state = 1 AND ad_account = ?"
                + " ORDER BY settled_at DESC LIMIT ?")) {
            select.setString(1, adAccount);
            select.setInt(2, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    letters.add(new DeadLetter(
                            OutboxTable.event(rows, adAccount),
                            Objects.requireNonNullElse(rows.getString(7), ""),
                            Instant.ofEpochMilli(rows.getLong(8))));
                }
            }
        }
        return List.copyOf(letters);
    }

    /** Counts the dead letters that were settled before a time. */
    public int countBefore(Connection connection, String adAccount, long before) throws SQLException {
        return OutboxTable.count(
                connection,
                "SELECT COUNT(*) FROM epik_outbox WHERE state = 1 AND ad_account = ? AND settled_at < ?",
                adAccount,
                before);
    }

    /** Counts the dead letters that a redrive takes, and those that it leaves because they are too old. */
    public RedriveResult redrivable(
            Connection connection, String adAccount, DeadLetter.Which which, DeadLetter.Scope scope, long now)
            throws SQLException {
        String dead = "SELECT COUNT(*) FROM epik_outbox WHERE " + dead(which);
        Object[] values = deadValues(adAccount, which);
        int tooOld = scope == DeadLetter.Scope.INCLUDE_EXPIRED
                ? 0
                : OutboxTable.count(connection, dead + " AND happened_at < " + oldestRedriven(now), values);
        return new RedriveResult(OutboxTable.count(connection, dead + young(scope, now), values), tooOld);
    }

    /**
     * Makes dead letters wait again. Locks them before, because the books need to know how many of each hour there are.
     *
     * @return how many there were, {@code max} at most
     */
    public int redrive(
            Connection connection, String adAccount, DeadLetter.Which which, DeadLetter.Scope scope, int max, long now)
            throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        BookChanges changes = new BookChanges();
        try (PreparedStatement select = connection.prepareStatement("SELECT event_key, book_hour FROM "
                + dialect.from(dialect.timeIndex(RowState.DEAD)) + " WHERE " + dead(which) + young(scope, now)
                + " LIMIT " + max + dialect.locking())) {
            OutboxTable.bind(select, deadValues(adAccount, which));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getBytes(1));
                    long hour = rows.getLong(2);
                    if (hour != 0 || !rows.wasNull()) {
                        changes.of(adAccount, hour).rejected--;
                    }
                }
            }
        }
        int events = KeyedUpdate.execute(
                connection,
                dialect,
                "UPDATE epik_outbox SET state = 0, redriven = 1, lease = NULL, reason = NULL, settled_at = NULL,"
                        + " stored_at = ?, ready_at = ?, urgent_until = " + ClaimQueries.URGENT_UNTIL + ", "
                        + HistoryColumns.EMPTIED + " WHERE " + dialect.keyed(),
                keys,
                List.of(now, now));
        changes.write(connection, dialect);
        return events;
    }

    private String dead(DeadLetter.Which which) {
        return "state = 1 AND ad_account = ?"
                + (which instanceof DeadLetter.Which.OfId ? " AND " + dialect.sameId() : "");
    }

    private static Object[] deadValues(String adAccount, DeadLetter.Which which) {
        return which instanceof DeadLetter.Which.OfId only
                ? new Object[] {adAccount, only.eventId()}
                : new Object[] {adAccount};
    }

    private static String young(DeadLetter.Scope scope, long now) {
        return scope == DeadLetter.Scope.INCLUDE_EXPIRED ? "" : " AND happened_at >= " + oldestRedriven(now);
    }

    private static long oldestRedriven(long now) {
        return now - EventAge.DEDUPLICATED.toMillis();
    }
}
