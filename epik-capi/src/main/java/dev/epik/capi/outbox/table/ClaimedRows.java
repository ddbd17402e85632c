// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The rows that a claim has read: those of the batch, and those to repair. Not thread-safe. */
final class ClaimedRows {
    /** The columns that {@link #take} reads. */
    static final String COLUMNS = "event_key, name, event_id, json, happened_at, offline, redriven, bytes, "
            + HistoryColumns.LIST + ", " + BookChanges.COLUMNS;

    private static final int HISTORY = 9;
    private static final int BOOK_HOUR = HISTORY + HistoryColumns.COUNT;

    final String adAccount;
    final ClaimKind kind;
    final List<byte[]> keys = new ArrayList<>();
    final List<Batch.Claimed> claimed = new ArrayList<>();

    /** Keys of rows that lack a value without which they cannot be sent. */
    final List<byte[]> incomplete = new ArrayList<>();

    /** Keys of rows that are not the SHA-256 of the row's own ad account, name and id. */
    final List<byte[]> misnamed = new ArrayList<>();

    /**
     * Keys of rows whose {@code urgent_until} belongs to the other kind, as nodes of schema 1 leave it after a failure.
     */
    final List<byte[]> misplaced = new ArrayList<>();

    private final BookChanges books;
    private final long now;
    private final int maxEvents;

    private final BatchLimit limit;

    /** Events that earlier transactions of the same claim have taken. */
    private int takenBefore;

    private int rows;

    /**
     * Begins an empty batch.
     *
     * @param books receives the changes: rows that are counted as stored, and rows that become dead letters
     */
    ClaimedRows(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, BookChanges books, long now) {
        this.books = books;
        this.now = now;
        this.adAccount = adAccount;
        this.kind = kind;
        this.maxEvents = maxEvents;
        this.limit = new BatchLimit(maxBytes);
    }

    /** Begins with the bytes of events that are in the batch already. */
    void continueAfter(Batch begun) {
        for (Batch.Claimed earlier : begun.claimed()) {
            limit.add(takenBefore, earlier.event().bytes());
            takenBefore++;
        }
    }

    /** Returns how many more rows may be read. */
    int room() {
        return maxEvents - rows;
    }

    boolean isFull() {
        return room() == 0 || limit.isExceeded();
    }

    /**
     * Takes the current row of {@link #COLUMNS} into the batch, or into one of the lists of rows to repair.
     *
     * @return false if the row is too large for what is left of the batch: it was not taken
     */
    boolean take(ResultSet row) throws SQLException {
        int size = row.getInt(8);
        if (!limit.add(takenBefore + keys.size(), size)) {
            return false;
        }
        rows++;
        byte[] key = row.getBytes(1);
        long bookHour = books.countStored(adAccount, row, BOOK_HOUR, now);
        long happenedAt = row.getLong(5);
        boolean lacksTime = happenedAt == 0 && row.wasNull();
        int offline = row.getInt(6);
        boolean lacksKind = offline == 0 && row.wasNull();
        StoredEvent event = new StoredEvent(
                adAccount,
                Objects.requireNonNullElse(row.getString(2), ""),
                Objects.requireNonNullElse(row.getString(3), ""),
                Objects.requireNonNullElse(row.getString(4), ""),
                Instant.ofEpochMilli(happenedAt),
                offline == 1);
        if (size == 0 || lacksTime || lacksKind || lacksText(event)) {
            incomplete.add(key);
            books.of(adAccount, bookHour).rejected++;
        } else if (!Arrays.equals(key, Fingerprint.of(event.key()))) {
            misnamed.add(key);
            books.of(adAccount, bookHour).rejected++;
        } else if (kind != ClaimKind.SUSPECT && event.offline() != (kind == ClaimKind.OFFLINE)) {
            misplaced.add(key);
        } else {
            keys.add(key);
            claimed.add(new Batch.Claimed(
                    event, row.getInt(7) == 1, HistoryColumns.read(row, HISTORY), new RowKey(key, bookHour)));
        }
        return true;
    }

    private static boolean lacksText(StoredEvent event) {
        return event.name().isEmpty() || event.id().isEmpty() || event.json().isEmpty();
    }
}
