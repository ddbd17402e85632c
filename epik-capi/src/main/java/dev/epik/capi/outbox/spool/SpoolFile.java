// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.BatchLimit;
import dev.epik.capi.outbox.table.BookChanges;
import dev.epik.capi.outbox.table.ColumnText;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.Fingerprint;
import dev.epik.capi.outbox.table.KeyedUpdate;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.capi.outbox.table.TransactionRunner;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The file of a spool: a SQLite outbox from which events are moved instead of sent, in the order in which they were
 * committed. Bounded. Thread-safe.
 */
public final class SpoolFile implements AutoCloseable {
    private static final String WAITING = "state IN (0, 3)";

    private static final String MALFORMED = "malformed: another program has changed the row; it cannot be moved";

    /** How much JSON is read at once; the queue of a main outbox has to take it. */
    private static final long MAX_BYTES_AT_ONCE = 4 << 20;

    private final Outbox outbox;
    private final TransactionRunner transactions;
    private final Path path;
    private final Clock clock;
    private final int maxEvents;
    private final long maxBytes;

    /** Rows in the file, dead letters included, and those that are being added. */
    private final AtomicLong rows = new AtomicLong();

    /** When the oldest event was stored, in epoch milliseconds; 0 if none waits. */
    private final AtomicLong oldestStoredAt = new AtomicLong();

    /**
     * Takes over an open outbox file, and closes it if it cannot be read.
     *
     * @param transactions runs transactions on the same file
     * @param clock of that outbox
     */
    public SpoolFile(
            Outbox outbox, TransactionRunner transactions, Path path, Clock clock, int maxEvents, long maxBytes) {
        this.outbox = outbox;
        this.transactions = transactions;
        this.path = path;
        this.clock = clock;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        try {
            transactions.run(TransactionKind.OTHER, (connection, now) -> {
                rows.set(number(connection, "SELECT COUNT(*) FROM epik_outbox WHERE state <> 2"));
                oldestStoredAt.set(number(
                        connection,
                        "SELECT COALESCE(MIN(stored_at), 0) FROM epik_outbox NOT INDEXED WHERE " + WAITING));
                long pageBytes = number(connection, "PRAGMA page_size");
                return number(connection, "PRAGMA max_page_count = " + Math.max(1, maxBytes / pageBytes));
            });
        } catch (RuntimeException e) {
            outbox.close();
            throw e;
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    public Path path() {
        return path;
    }

    /** Stores the events, all or none. The future fails with an {@link OutboxException} if there is no room. */
    CompletableFuture<List<EventStore.Added>> add(List<StoredEvent> events) {
        if (rows.addAndGet(events.size()) > maxEvents) {
            rows.addAndGet(-events.size());
            return CompletableFuture.failedFuture(full());
        }
        return outbox.addAll(events).handle((added, e) -> {
            int stored = e == null ? Collections.frequency(added, EventStore.Added.STORED) : 0;
            rows.addAndGet(stored - events.size());
            if (e != null) {
                throw e instanceof RuntimeException ours ? ours : new OutboxException(MainOutbox.describe(e), e);
            }
            if (added.contains(EventStore.Added.FULL)) {
                throw new OutboxException(
                        "The queue of the spool " + path + " is full: its disk is slower than what is" + " stored");
            }
            oldestStoredAt.compareAndSet(0, clock.millis());
            return added;
        });
    }

    private OutboxException full() {
        return new OutboxException("The spool " + path + " is full (" + maxEvents
                + " events, see SpooledOutbox.Builder.maxEvents): bring the database back, and they are moved to it");
    }

    /** Adds our own limit to what SQLite reports as a full disk. */
    String describe(Throwable e) {
        String message = MainOutbox.describe(e);
        return message.contains("SQLITE_FULL")
                ? message + " The spool may also have reached its own limit of " + (maxBytes >> 20)
                        + " MB (SpooledOutbox.Builder.maxBytes)"
                : message;
    }

    /**
     * Reads the events that were stored first, in that order. Begins an operation for each, on the thread on which
     * events are cancelled: an event that was read is not cancelled before the operation ends. Leaves out those that
     * are being cancelled.
     */
    List<StoredEvent> oldest(int max, KeyGuard guard) {
        Reading reading = new Reading(guard);
        try {
            return transactions.run(TransactionKind.CLAIM, (connection, now) -> read(connection, max, reading, now));
        } catch (RuntimeException e) {
            reading.abandon();
            throw e;
        }
    }

    /** The operations that one read has begun. If the caller gave the read up, they are ended, whenever it is done. */
    private static final class Reading {
        private final KeyGuard guard;
        private final List<StoredEvent.Key> entered = new ArrayList<>();
        private boolean abandoned;

        Reading(KeyGuard guard) {
            this.guard = guard;
        }

        synchronized boolean enter(StoredEvent.Key key) {
            return !abandoned && guard.enter(List.of(key)) == null && entered.add(key);
        }

        synchronized void abandon() {
            abandoned = true;
            guard.leave(entered);
            entered.clear();
        }
    }

    private List<StoredEvent> read(Connection connection, int max, Reading reading, long now) throws SQLException {
        List<StoredEvent> events = new ArrayList<>();
        List<byte[]> malformed = new ArrayList<>();
        long first = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT event_key, ad_account, name, event_id, json, happened_at, offline, stored_at FROM epik_outbox"
                                + " NOT INDEXED WHERE " + WAITING + " ORDER BY rowid LIMIT " + max)) {
            BatchLimit limit = new BatchLimit(MAX_BYTES_AT_ONCE);
            while (row.next()) {
                StoredEvent event = new StoredEvent(
                        text(row, 2),
                        text(row, 3),
                        text(row, 4),
                        text(row, 5),
                        Instant.ofEpochMilli(row.getLong(6)),
                        row.getInt(7) == 1);
                if (event.json().isEmpty() || !Arrays.equals(row.getBytes(1), Fingerprint.of(event.key()))) {
                    malformed.add(row.getBytes(1));
                    continue;
                }
                first = first == 0 ? row.getLong(8) : first;
                if (!limit.add(events.size(), event.bytes())) {
                    break;
                }
                if (reading.enter(event.key())) {
                    events.add(event);
                }
            }
        }
        for (byte[] key : malformed) {
            setAside(connection, key, MALFORMED, now);
        }
        oldestStoredAt.set(first);
        return List.copyOf(events);
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    /** Removes events that the main outbox has. */
    void remove(List<StoredEvent> events) {
        int removed = transactions.run(TransactionKind.SETTLE, (connection, now) -> {
            int deleted = 0;
            BookChanges books = new BookChanges();
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM epik_outbox WHERE event_key = ? AND " + WAITING + " RETURNING book_hour")) {
                for (StoredEvent event : events) {
                    delete.setBytes(1, Fingerprint.of(event.key()));
                    try (ResultSet row = delete.executeQuery()) {
                        if (row.next()) {
                            deleted++;
                            long hour = row.getLong(1);
                            if (!row.wasNull()) { // a dead letter that was redriven: it is counted elsewhere now
                                books.of(event.adAccount(), hour).stored--;
                            }
                        }
                    }
                }
            }
            books.write(connection, Dialect.SQLITE);
            return deleted;
        });
        rows.addAndGet(-removed);
    }

    /** Makes a waiting event a dead letter. */
    void setAside(StoredEvent.Key key, String reason) {
        transactions.run(
                TransactionKind.OTHER, (connection, now) -> setAside(connection, Fingerprint.of(key), reason, now));
    }

    private static boolean setAside(Connection connection, byte[] key, String reason, long now) throws SQLException {
        BookChanges books = new BookChanges();
        long hour;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT ad_account, " + BookChanges.COLUMNS + " FROM epik_outbox WHERE event_key = ? AND " + WAITING)) {
            select.setBytes(1, key);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                hour = books.countStored(text(row, 1), row, 2, now);
                books.of(text(row, 1), hour).rejected++;
            }
        }
        KeyedUpdate.execute(
                connection,
                Dialect.SQLITE,
                "UPDATE epik_outbox SET state = 1, lease = NULL, reason = ?, settled_at = ?, book_hour = ? WHERE "
                        + Dialect.SQLITE.keyed(),
                List.of(key),
                List.of(ColumnText.reason(reason), now, hour));
        books.write(connection, Dialect.SQLITE);
        return true;
    }

    /** Removes the event; see {@link Outbox#cancel}. */
    public CancelResult cancel(StoredEvent.Key key) {
        CancelResult cancelled = outbox.cancel(key);
        if (cancelled == CancelResult.CANCELLED) {
            rows.decrementAndGet();
        }
        return cancelled;
    }

    /** Notes that dead letters were forgotten. */
    public void forgotten(int deadLetters) {
        rows.addAndGet(-deadLetters);
    }

    /** Returns how long the oldest event has waited, as far as it was read or stored by this process. Asks no disk. */
    public Optional<Duration> oldestAge() {
        long oldest = oldestStoredAt.get();
        return oldest == 0 ? Optional.empty() : Optional.of(OutboxTable.since(oldest, clock.millis()));
    }

    @Override
    public void close() {
        outbox.close();
    }
}
