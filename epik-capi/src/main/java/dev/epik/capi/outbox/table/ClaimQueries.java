// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.books.BookHour;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.EventAge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Claims rows, within a transaction that the caller holds. Each kind is read in the order of an index, so that a claim
 * reads no more rows than it was asked for, those under a lease aside.
 *
 * <p>Rows that another program has changed so that they could be neither sent nor settled become dead letters here.
 * Otherwise they would be counted as ready forever, or sent again after each lease.
 */
public final class ClaimQueries {
    /** The time until which an event counts as web, as {@link StoredEvent#urgentUntil} computes it. */
    static final String URGENT_UNTIL = "CASE WHEN offline = 1 THEN 0 WHEN happened_at <= -"
            + EventAge.COUNTS_AS_WEB.toMillis() + " THEN 1 ELSE happened_at + "
            + EventAge.COUNTS_AS_WEB.toMillis() + " END";

    private static final int MAX_BURIED_AT_ONCE = 1000;
    private static final String INCOMPLETE =
            "malformed: another program has emptied a column of the row; it cannot be sent";
    private static final String MISNAMED =
            "malformed: another program has changed the row's ad account, name or id; it cannot be sent";

    private static final String ONLINE_IN_TIME = "urgent_until > ? AND ready_at <= ? ORDER BY urgent_until";
    private static final String ONLINE_LATE =
            "urgent_until > 0 AND urgent_until <= ? AND ready_at <= ? ORDER BY urgent_until";
    private static final String OFFLINE = "urgent_until = 0 AND ready_at <= ? ORDER BY ready_at";
    private static final String SUSPECT = "ready_at <= ? ORDER BY ready_at";

    private final Connection connection;
    private final Dialect dialect;
    private final long now;
    private final BookChanges books = new BookChanges();

    ClaimQueries(Connection connection, Dialect dialect, long now) {
        this.connection = connection;
        this.dialect = dialect;
        this.now = now;
    }

    /**
     * Claims events; see {@link Outbox#claim}.
     *
     * @param begun what is in the batch already: the new events get its lease, and are counted with its bytes
     * @return the new events
     */
    Optional<Batch> claim(
            String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease, Optional<Batch> begun)
            throws SQLException {
        ClaimedRows claim = new ClaimedRows(adAccount, kind, maxEvents, maxBytes, books, now);
        begun.ifPresent(claim::continueAfter);
        switch (kind) {
            case ONLINE -> {
                select(claim, RowState.WAITING, "epik_outbox_urgent", ONLINE_IN_TIME, now, now);
                select(claim, RowState.WAITING, "epik_outbox_urgent", ONLINE_LATE, now, now);
            }
            case OFFLINE -> select(claim, RowState.WAITING, "epik_outbox_urgent", OFFLINE, now);
            case SUSPECT -> select(claim, RowState.SUSPECT, dialect.timeIndex(RowState.SUSPECT), SUSPECT, now);
        }
        repair(claim);
        if (claim.keys.isEmpty()) {
            buryUnclaimable(adAccount);
            writeBooks();
            return Optional.empty();
        }
        String token = begun.map(Batch::lease).orElseGet(() -> UUID.randomUUID().toString());
        update(
                "lease = ?, ready_at = ?, book_hour = " + dialect.bookHour(),
                claim.keys,
                List.of(token, OutboxTable.after(now, lease), BookHour.of(now)));
        writeBooks();
        return Optional.of(new Batch(token, List.copyOf(claim.claimed)));
    }

    private void select(ClaimedRows claim, RowState state, String index, String which, long... times)
            throws SQLException {
        if (claim.isFull()) {
            return;
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + ClaimedRows.COLUMNS + " FROM " + dialect.from(index)
                        + " WHERE state = " + state.number + " AND ad_account = ? AND " + which + " LIMIT ?"
                        + dialect.locking())) {
            select.setString(1, claim.adAccount);
            for (int i = 0; i < times.length; i++) {
                select.setLong(i + 2, times[i]);
            }
            select.setInt(times.length + 2, claim.room());
            try (ResultSet rows = select.executeQuery()) {
                boolean fits = true;
                while (fits && rows.next()) {
                    fits = claim.take(rows);
                }
            }
        }
    }

    private void repair(ClaimedRows claim) throws SQLException {
        bury(claim.incomplete, INCOMPLETE);
        bury(claim.misnamed, MISNAMED); // both are in the books already
        if (!claim.misplaced.isEmpty()) {
            update(
                    "urgent_until = " + URGENT_UNTIL + ", book_hour = " + dialect.bookHour(),
                    claim.misplaced,
                    List.of(BookHour.of(now)));
        }
    }

    /** Writes what the other methods changed in the books. For the end of the transaction. */
    void writeBooks() throws SQLException {
        books.write(connection, dialect);
    }

    /**
     * Buries rows of an ad account that no claim reads, because a time by which it would find them is missing or
     * negative.
     */
    void buryUnclaimable(String adAccount) throws SQLException {
        String urgent = "epik_outbox_urgent";
        buryWhere(adAccount, RowState.WAITING, urgent, "urgent_until IS NULL");
        buryWhere(adAccount, RowState.WAITING, urgent, "urgent_until < 0");
        buryUntimed(adAccount, RowState.WAITING);
        buryUntimed(adAccount, RowState.SUSPECT);
    }

    /** Buries rows of an ad account that have no {@code ready_at}. */
    void buryUntimed(String adAccount, RowState state) throws SQLException {
        buryWhere(adAccount, state, dialect.timeIndex(state), "ready_at IS NULL");
    }

    private void buryWhere(String adAccount, RowState state, String index, String condition) throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT event_key, " + BookChanges.COLUMNS
                + " FROM " + dialect.from(index) + " WHERE state = " + state.number + " AND ad_account = ? AND "
                + condition + " LIMIT "
                + MAX_BURIED_AT_ONCE + dialect.locking())) {
            select.setString(1, adAccount);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getBytes(1));
                    books.of(adAccount, books.countStored(adAccount, rows, 2, now)).rejected++;
                }
            }
        }
        bury(keys, INCOMPLETE);
    }

    /** Makes rows dead letters. Texts that are null become empty, so that the dead letters can be listed. */
    private void bury(List<byte[]> keys, String reason) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        update(
                "state = 1, lease = NULL, reason = ?, settled_at = ?, name = COALESCE(name, ''),"
                        + " event_id = COALESCE(event_id, ''), json = COALESCE(json, ''), book_hour = "
                        + dialect.bookHour(),
                keys,
                List.of(reason, now, BookHour.of(now)));
    }

    private void update(String assignments, List<byte[]> keys, List<?> values) throws SQLException {
        KeyedUpdate.execute(
                connection,
                dialect,
                "UPDATE epik_outbox SET " + assignments + " WHERE " + dialect.keyed(),
                keys,
                values);
    }
}
