// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.memory;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.books.BookHour;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.table.BatchLimit;
import dev.epik.capi.outbox.table.ColumnText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The waiting events of one ad account in {@link WaitingEvents}, whose owner guards it. Each kind has an index of its
 * own, as in the tables of the other stores, so that a claim reads no other rows than those that it takes and those
 * under a lease. Not thread-safe.
 */
public final class AccountQueue {
    /** All rows of a kind, in the order in which they can be claimed. A leased row can be when its lease ends. */
    private final Map<ClaimKind, NavigableSet<Row>> byReadyAt = new EnumMap<>(ClaimKind.class);

    /** The rows of {@link ClaimKind#ONLINE}. */
    private final NavigableSet<Row> byUrgentUntil = new TreeSet<>((a, b) -> a.compare(a.urgentUntil, b, b.urgentUntil));

    public AccountQueue() {
        for (ClaimKind kind : ClaimKind.values()) {
            byReadyAt.put(kind, new TreeSet<>((a, b) -> a.compare(a.readyAt, b, b.readyAt)));
        }
    }

    public boolean isEmpty() {
        return byReadyAt.values().stream().allMatch(Collection::isEmpty);
    }

    public int size(ClaimKind kind) {
        return of(kind).size();
    }

    public Stream<Row> rows() {
        return byReadyAt.values().stream().flatMap(Collection::stream);
    }

    public void add(Row row) {
        of(row.kind()).add(row);
        if (row.kind() == ClaimKind.ONLINE) {
            byUrgentUntil.add(row);
        }
    }

    public void remove(Row row) {
        of(row.kind()).remove(row);
        if (row.kind() == ClaimKind.ONLINE) {
            byUrgentUntil.remove(row);
        }
        row.lease = null;
    }

    /** Ends the lease of a row, and makes it wait with a new history. */
    public void postpone(Row row, long readyAt, DeliveryHistory history) {
        row.lease = null;
        if (history.isSuspect() == row.history.isSuspect()) {
            row.history = history;
            move(row, readyAt); // of the same kind, so its place by urgency stays
        } else {
            remove(row);
            row.readyAt = readyAt;
            row.history = history;
            add(row);
        }
    }

    /** Changes when a row can be claimed, or when its lease ends. */
    public void move(Row row, long readyAt) {
        of(row.kind()).remove(row);
        row.readyAt = readyAt;
        of(row.kind()).add(row);
    }

    /** Adds a time in ms to when each row can be claimed, and to when each lease ends. */
    void shift(long millis) {
        rows().toList().forEach(row -> move(row, row.readyAt + millis));
    }

    /** Leases rows of one kind until a time. Empty if no row can be claimed. */
    public Optional<Batch> claim(ClaimKind kind, long now, int maxEvents, long maxBytes, long until) {
        BatchBuilder batch = new BatchBuilder(now, maxEvents, maxBytes);
        if (kind == ClaimKind.ONLINE) {
            Row sentinel = Row.sentinel(now);
            if (batch.addAll(byUrgentUntil.tailSet(sentinel, false))) {
                batch.addAll(byUrgentUntil.headSet(sentinel, false));
            }
        } else {
            batch.addAll(readyAt(kind, now));
        }
        if (batch.rows.isEmpty()) {
            return Optional.empty();
        }
        String lease = UUID.randomUUID().toString();
        List<Batch.Claimed> claimed = new ArrayList<>(batch.rows.size());
        for (Row row : batch.rows) {
            move(row, until);
            row.lease = lease;
            claimed.add(new Batch.Claimed(row.event, row.redriven, row.history, row));
        }
        return Optional.of(new Batch(lease, List.copyOf(claimed)));
    }

    /** Returns the rows of a kind that can be claimed now, the one that could be first at the beginning. */
    public NavigableSet<Row> readyAt(ClaimKind kind, long now) {
        return of(kind).headSet(Row.sentinel(now), false);
    }

    /** Returns when the first of the rows that cannot be claimed yet can be. */
    public Optional<Long> nextReadyAfter(ClaimKind kind, long now) {
        return Optional.ofNullable(of(kind).higher(Row.sentinel(now))).map(row -> row.readyAt);
    }

    /** Returns when the first row of a kind can be claimed, or could be since. */
    public Optional<Long> firstReady(ClaimKind kind) {
        return of(kind).isEmpty() ? Optional.empty() : Optional.of(of(kind).first().readyAt);
    }

    private NavigableSet<Row> of(ClaimKind kind) {
        return Objects.requireNonNull(byReadyAt.get(kind));
    }

    /** A waiting event. Equal to itself only. A store may extend it by where the event comes from. */
    public static class Row {
        public final StoredEvent event;
        public final long storedAt;

        /** Whether a person asked for the event to be sent whatever its age. */
        public final boolean redriven;

        /** The hour in whose books the event is counted. */
        public final long bookHour;

        private final long arrival;
        private final long urgentUntil;
        private DeliveryHistory history = DeliveryHistory.NONE;

        /** When the event can be claimed; of a leased event, when its lease ends. */
        public long readyAt;

        /** The last lease, ended or not. Until the row is claimed anew, the holder of an ended lease may settle it. */
        @Nullable
        public String lease;

        /** Whether the event is counted as stored. */
        public boolean isBooked;

        public Row(StoredEvent event, long arrival, long storedAt) {
            this(event, arrival, storedAt, false, BookHour.of(storedAt));
        }

        private Row(StoredEvent event, long arrival, long storedAt, boolean redriven, long bookHour) {
            this(
                    event,
                    arrival,
                    storedAt,
                    redriven,
                    bookHour,
                    event.urgentUntil().toEpochMilli());
        }

        private Row(StoredEvent event, long arrival, long time, boolean redriven, long bookHour, long urgentUntil) {
            this.event = event;
            this.arrival = arrival;
            this.storedAt = time;
            this.readyAt = time;
            this.redriven = redriven;
            this.bookHour = bookHour;
            this.urgentUntil = urgentUntil;
        }

        /**
         * Creates the row of an event that waited elsewhere before.
         *
         * @param arrival orders rows of the same time
         * @param readyAt when the event can be claimed
         */
        protected Row(
                StoredEvent event,
                long arrival,
                long storedAt,
                boolean redriven,
                long readyAt,
                DeliveryHistory history) {
            this(event, arrival, storedAt, redriven, BookHour.of(storedAt));
            this.readyAt = readyAt;
            this.history = ColumnText.history(history);
        }

        /** Returns the row of an event that was a dead letter. */
        public static Row redriven(StoredEvent event, long arrival, long storedAt, long bookHour) {
            Row row = new Row(event, arrival, storedAt, true, bookHour);
            row.isBooked = true;
            return row;
        }

        public ClaimKind kind() {
            if (history.isSuspect()) {
                return ClaimKind.SUSPECT;
            }
            return event.offline() ? ClaimKind.OFFLINE : ClaimKind.ONLINE;
        }

        /** Returns what orders rows of the same time. */
        public long arrival() {
            return arrival;
        }

        public DeliveryHistory history() {
            return history;
        }

        public String suspectReason() {
            return history.suspectReason();
        }

        public boolean isLeased(long now) {
            return lease != null && readyAt > now;
        }

        /** Compares by a time, and by arrival if the times are equal. */
        private int compare(long time, Row other, long otherTime) {
            int order = Long.compare(time, otherTime);
            return order == 0 ? Long.compare(arrival, other.arrival) : order;
        }

        /** Returns a row that is ordered after all rows of this time. It is only compared with, never stored. */
        private static Row sentinel(long time) {
            StoredEvent none = new StoredEvent("", "", "", "", Instant.EPOCH, true);
            return new Row(none, Long.MAX_VALUE, time, false, 0, time);
        }
    }

    /** Collects the rows of a batch. */
    private static final class BatchBuilder {
        private final List<Row> rows = new ArrayList<>();
        private final long now;
        private final int maxEvents;
        private final BatchLimit limit;

        BatchBuilder(long now, int maxEvents, long maxBytes) {
            this.now = now;
            this.maxEvents = maxEvents;
            this.limit = new BatchLimit(maxBytes);
        }

        /** Adds those of the rows that are ready; returns false once there is no room for one of them. */
        boolean addAll(Iterable<Row> candidates) {
            for (Row row : candidates) {
                if (row.readyAt <= now) {
                    if (rows.size() == maxEvents || !limit.add(rows.size(), row.event.bytes())) {
                        return false;
                    }
                    rows.add(row);
                }
            }
            return true;
        }
    }
}
