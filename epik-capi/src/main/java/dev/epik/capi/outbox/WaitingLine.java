// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One ad account's events in a {@link MemoryOutbox}, which guards it: each is ready, or becomes so later, or is being sent. To claim costs the
 * same however many are ready.
 */
final class WaitingLine {
    /** In the order in which they became so. */
    final Set<Row> ready = new LinkedHashSet<>();

    private final NavigableSet<Row> later = new TreeSet<>((a, b) -> a.order(a.readyAt, b, b.readyAt));
    private final List<Lease> leases = new ArrayList<>();

    /** All of them. */
    private final NavigableSet<Row> byUrgency = new TreeSet<>((a, b) -> a.order(a.urgentUntil, b, b.urgentUntil));

    long pausedUntil;
    String pauseReason = "";

    /** What has become ready by now is so from then on. */
    void advance(long now) {
        for (Iterator<Lease> all = leases.iterator(); all.hasNext(); ) {
            Lease lease = all.next();
            if (lease.lent == 0 || lease.until <= now) {
                all.remove();
                lease.rows.stream().filter(row -> row.lease == lease).forEach(this::makeReady);
            }
        }
        while (!later.isEmpty() && later.first().readyAt <= now) {
            makeReady(later.pollFirst());
        }
    }

    private void makeReady(Row row) {
        row.isReady = true;
        ready.add(row);
    }

    void add(Row row) {
        makeReady(row);
        byUrgency.add(row);
    }

    void remove(Row row) {
        take(row);
        byUrgency.remove(row);
    }

    void postpone(Row row, long readyAt, long now) {
        take(row);
        row.readyAt = readyAt;
        if (readyAt <= now) {
            makeReady(row);
        } else {
            later.add(row);
        }
    }

    void endUrgency(Row row) {
        byUrgency.remove(row);
        row.urgentUntil = 0;
        byUrgency.add(row);
    }

    /** Out of the one of the three it is in. */
    private void take(Row row) {
        if (row.isReady) {
            row.isReady = false;
            ready.remove(row);
        } else if (row.lease != null) {
            row.lease.lent--;
        } else {
            later.remove(row);
        }
        row.lease = null;
    }

    /** Those that still count as web before the others; empty where there are none. */
    Optional<Batch> claim(long now, int most, long mostBytes, long until) {
        Choice choice = new Choice(most, mostBytes);
        if (choice.takesAll(urgentAt(now), row -> row.isReady)) {
            choice.takesAll(ready, row -> row.urgentUntil <= now);
        }
        return choice.rows.isEmpty() ? Optional.empty() : Optional.of(lend(choice.rows, until));
    }

    private Batch lend(List<Row> rows, long until) {
        Lease lease = new Lease(rows, until);
        for (Row row : rows) {
            take(row);
            row.lease = lease;
        }
        leases.add(lease);
        return new Batch(
                lease.token,
                rows.stream()
                        .map(row -> new Batch.Claimed(row.event, row.redriven))
                        .toList());
    }

    /** One whose lease has ended is ready instead. */
    boolean isLent(Row row) {
        return row.lease != null && !row.isReady;
    }

    /** What is being sent would be ready again when its lease ends. */
    Optional<Long> nextReady() {
        Stream<Long> postponed = later.stream().limit(1).map(row -> row.readyAt);
        return Stream.concat(postponed, leases.stream().map(lease -> lease.until))
                .min(Comparator.naturalOrder());
    }

    /** Those that still count as web, ready or not; found by a row that stands where they begin. */
    private NavigableSet<Row> urgentAt(long now) {
        return byUrgency.tailSet(Row.mark(now), false);
    }

    /** An event that waits, or is being sent. By identity: it moves along its line. */
    static final class Row {
        final StoredEvent event;
        final long arrival;
        final long storedAt;
        final boolean redriven;
        long urgentUntil;
        boolean isReady;

        /** Of one that is ready later. */
        long readyAt;

        /** The last one, ended or not: until another has the row, its holder may settle it. */
        @Nullable
        Lease lease;

        Row(StoredEvent event, long arrival, long storedAt, boolean redriven) {
            this.event = event;
            this.arrival = arrival;
            this.storedAt = storedAt;
            this.redriven = redriven;
            this.urgentUntil = event.urgentUntil().toEpochMilli();
        }

        /** By a time, and among equals by arrival. */
        int order(long time, Row other, long others) {
            int order = Long.compare(time, others);
            return order == 0 ? Long.compare(arrival, other.arrival) : order;
        }

        /** Behind all whose hurry ended by then. */
        static Row mark(long time) {
            Row mark = new Row(new StoredEvent("", "", "", "", Instant.EPOCH, true), Long.MAX_VALUE, time, false);
            mark.urgentUntil = time;
            return mark;
        }

        /** So that those that came together lie together in a set. */
        @Override
        public int hashCode() {
            return Long.hashCode(arrival);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    /** Rows that are being sent together, and how many of them still are. */
    static final class Lease {
        final String token = UUID.randomUUID().toString();
        final List<Row> rows;
        final long until;
        int lent;

        Lease(List<Row> rows, long until) {
            this.rows = rows;
            this.until = until;
            this.lent = rows.size();
        }
    }

    /** A batch as it fills. */
    private static final class Choice {
        final List<Row> rows = new ArrayList<>();
        private final int most;
        private final long mostBytes;
        private long bytes;

        Choice(int most, long mostBytes) {
            this.most = most;
            this.mostBytes = mostBytes;
        }

        /** False once there was no room for one of them. */
        boolean takesAll(Iterable<Row> candidates, Predicate<Row> which) {
            for (Row row : candidates) {
                if (which.test(row)) {
                    bytes += row.event.bytes();
                    if (rows.size() == most || (bytes > mostBytes && !rows.isEmpty())) {
                        return false;
                    }
                    rows.add(row);
                }
            }
            return true;
        }
    }
}
