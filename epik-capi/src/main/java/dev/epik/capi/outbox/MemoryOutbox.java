// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An outbox on the heap, for tests and demonstrations. The calling thread does the work.
 *
 * <p><b>Not durable:</b> what is not sent when the process ends is lost. Bounded: a full one refuses, it drops nothing.
 * It remembers as many delivered events, and keeps as many dead letters, as it has room for waiting ones; older ones are
 * forgotten first.
 */
public final class MemoryOutbox implements Outbox {
    private final int capacity;
    private final Clock clock;
    private final Map<StoredEvent.Key, Row> waiting = new HashMap<>();
    private final Map<String, Line> lines = new HashMap<>();
    private final Map<StoredEvent.Key, Long> delivered;
    private final Map<StoredEvent.Key, DeadLetter> dead;
    private long arrivals;

    private MemoryOutbox(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
        this.delivered = boundedBy(capacity);
        this.dead = boundedBy(capacity);
    }

    /**
     * An empty one.
     *
     * @param capacity the most events that wait; at least 1
     */
    public static MemoryOutbox ofCapacity(int capacity) {
        return ofCapacity(capacity, Clock.systemUTC());
    }

    /** As {@link #ofCapacity(int)}, by another clock. */
    public static MemoryOutbox ofCapacity(int capacity, Clock clock) {
        if (capacity < 1) {
            throw new EpikException("The capacity of a MemoryOutbox is " + capacity + "; give at least 1");
        }
        return new MemoryOutbox(capacity, clock);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return CompletableFuture.completedFuture(put(event));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return CompletableFuture.completedFuture(events.stream().map(this::put).toList());
    }

    private synchronized Added put(StoredEvent event) {
        StoredEvent.Key key = event.key();
        if (waiting.containsKey(key) || delivered.containsKey(key) || dead.containsKey(key)) {
            return Added.ALREADY_STORED;
        }
        if (waiting.size() == capacity) {
            return Added.FULL;
        }
        wait(new Row(event, arrivals++, clock.millis(), false));
        return Added.STORED;
    }

    @Override
    public synchronized Peek peek(String adAccount, int most) {
        long now = clock.millis();
        Line line = line(adAccount, now);
        int ready = Math.min(line.ready.size(), most);
        Optional<Long> next = ready < most ? line.nextReady() : Optional.empty();
        boolean paused = line.pausedUntil > now;
        return new Peek(
                ready,
                line.ready.stream().findFirst().map(row -> Duration.ofMillis(now - row.storedAt)),
                next.map(time -> Duration.ofMillis(time - now)),
                paused
                        ? Optional.of(new Peek.Pause(Duration.ofMillis(line.pausedUntil - now), line.pauseReason))
                        : Optional.empty());
    }

    @Override
    public synchronized Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease) {
        long now = clock.millis();
        Line line = line(adAccount, now);
        Choice choice = new Choice(mostEvents, mostBytes);
        if (choice.takesAll(line.urgentAt(now), row -> row.isReady)) {
            choice.takesAll(line.ready, row -> row.urgentUntil <= now);
        }
        return line.lend(choice.rows, now + lease.toMillis());
    }

    @Override
    public synchronized int settle(Batch batch, List<Settlement> settlements) {
        long now = clock.millis();
        int settled = 0;
        for (Settlement settlement : settlements) {
            StoredEvent event = settlement.event();
            Row row = waiting.get(event.key());
            if (row == null || row.lease == null || !row.lease.token.equals(batch.lease())) {
                continue;
            }
            settled++;
            Line line = line(event.adAccount(), now);
            if (settlement.outcome() instanceof Outcome.Postponed) {
                line.postpone(row, now + settlement.again().toMillis(), now);
                if (settlement.behind()) {
                    line.endUrgency(row);
                }
                continue;
            }
            line.remove(row);
            waiting.remove(event.key());
            if (settlement.outcome() instanceof Outcome.Rejected rejected) {
                dead.put(event.key(), new DeadLetter(event, rejected.reason(), Instant.ofEpochMilli(now)));
            } else {
                delivered.put(event.key(), now);
            }
        }
        return settled;
    }

    @Override
    public synchronized void pause(String adAccount, Duration time, String reason) {
        Line line = line(adAccount);
        line.pausedUntil = clock.millis() + time.toMillis();
        line.pauseReason = reason;
    }

    @Override
    public synchronized void resume(String adAccount) {
        line(adAccount).pausedUntil = 0;
    }

    @Override
    public synchronized Backlog backlog(String adAccount) {
        long now = clock.millis();
        List<Long> stored = waiting.values().stream()
                .filter(row -> row.event.adAccount().equals(adAccount))
                .map(row -> row.storedAt)
                .toList();
        Optional<Duration> oldest =
                stored.stream().min(Comparator.naturalOrder()).map(storedAt -> Duration.ofMillis(now - storedAt));
        return new Backlog(stored.size(), (int) deadOf(adAccount).count(), oldest);
    }

    @Override
    public synchronized List<DeadLetter> deadLetters(String adAccount, int most) {
        List<DeadLetter> all = new ArrayList<>(deadOf(adAccount).toList());
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    @Override
    public synchronized Redriven redrive(String adAccount, DeadLetter.Which which, boolean force) {
        long now = clock.millis();
        int events = 0;
        int tooOld = 0;
        for (DeadLetter letter : deadOf(adAccount).toList()) {
            StoredEvent event = letter.event();
            if (which instanceof DeadLetter.Which.OfId only && !only.eventId().equals(event.id())) {
                continue;
            }
            if (!force && !event.isDeduplicated(Instant.ofEpochMilli(now))) {
                tooOld++;
                continue;
            }
            events++;
            dead.remove(event.key());
            wait(new Row(event, arrivals++, now, true));
        }
        return new Redriven(events, tooOld);
    }

    @Override
    public synchronized Cancelled cancel(StoredEvent.Key key) {
        Row row = waiting.get(key);
        if (row == null) {
            boolean known = delivered.containsKey(key);
            return dead.remove(key) != null ? Cancelled.CANCELLED : known ? Cancelled.TOO_LATE : Cancelled.UNKNOWN;
        }
        Line line = line(key.adAccount(), clock.millis());
        if (line.isLent(row)) {
            return Cancelled.TOO_LATE;
        }
        line.remove(row);
        waiting.remove(key);
        return Cancelled.CANCELLED;
    }

    @Override
    public synchronized int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan) {
        long now = clock.millis();
        delivered
                .entrySet()
                .removeIf(entry -> entry.getKey().adAccount().equals(adAccount)
                        && entry.getValue() < now - deliveredOlderThan.toMillis());
        int before = dead.size();
        dead.values()
                .removeIf(letter -> letter.event().adAccount().equals(adAccount)
                        && letter.since().toEpochMilli() < now - deadOlderThan.toMillis());
        return before - dead.size();
    }

    @Override
    public void close() {}

    private void wait(Row row) {
        waiting.put(row.event.key(), row);
        line(row.event.adAccount(), row.storedAt).add(row);
    }

    private Line line(String adAccount) {
        return lines.computeIfAbsent(adAccount, account -> new Line());
    }

    private Line line(String adAccount, long now) {
        Line line = line(adAccount);
        line.advance(now);
        return line;
    }

    private Stream<DeadLetter> deadOf(String adAccount) {
        return dead.values().stream()
                .filter(letter -> letter.event().adAccount().equals(adAccount));
    }

    private static <V> Map<StoredEvent.Key, V> boundedBy(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StoredEvent.Key, V> eldest) {
                return size() > most;
            }
        };
    }

    /** An event that waits, or is being sent. By identity: it moves along its line. */
    private static final class Row {
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
    private static final class Lease {
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

    /** One ad account's events: each is ready, or becomes so later, or is being sent. To claim costs the same however many are ready. */
    private static final class Line {
        /** In the order in which they became so. */
        final Set<Row> ready = new LinkedHashSet<>();

        final NavigableSet<Row> later = new TreeSet<>((a, b) -> a.order(a.readyAt, b, b.readyAt));
        final List<Lease> leases = new ArrayList<>();

        /** All of them. */
        final NavigableSet<Row> byUrgency = new TreeSet<>((a, b) -> a.order(a.urgentUntil, b, b.urgentUntil));

        long pausedUntil;
        String pauseReason = "";

        /** What has become ready by now is so from then on. */
        void advance(long now) {
            for (Iterator<Lease> all = leases.iterator(); all.hasNext(); ) {
                Lease lease = all.next();
                if (lease.lent == 0 || lease.until <= now) {
                    all.remove();
                    lease.rows.stream()
                            .filter(row -> isLent(row) && row.lease == lease)
                            .forEach(this::makeReady);
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

        /** Empty where there are none. */
        Optional<Batch> lend(List<Row> rows, long until) {
            if (rows.isEmpty()) {
                return Optional.empty();
            }
            Lease lease = new Lease(rows, until);
            for (Row row : rows) {
                take(row);
                row.lease = lease;
            }
            leases.add(lease);
            return Optional.of(new Batch(
                    lease.token,
                    rows.stream()
                            .map(row -> new Batch.Claimed(row.event, row.redriven))
                            .toList()));
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
        NavigableSet<Row> urgentAt(long now) {
            return byUrgency.tailSet(Row.mark(now), false);
        }
    }
}
