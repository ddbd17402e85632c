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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
    private final Map<StoredEvent.Key, Instant> delivered;
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
        wait(new Row(event, clock.instant(), arrivals++, false));
        return Added.STORED;
    }

    @Override
    public synchronized Peek peek(String adAccount, int most) {
        Instant now = clock.instant();
        Line line = line(adAccount);
        int ready = 0;
        Optional<Duration> first = Optional.empty();
        Optional<Duration> next = Optional.empty();
        for (Row row : line.byReadiness) {
            if (row.readyAt.isAfter(now)) {
                next = Optional.of(Duration.between(now, row.readyAt));
                break;
            }
            if (ready == 0) {
                first = Optional.of(Duration.between(row.storedAt, now));
            }
            if (++ready == most) {
                break;
            }
        }
        boolean paused = line.pausedUntil.isAfter(now);
        return new Peek(
                ready,
                first,
                next,
                paused
                        ? Optional.of(new Peek.Pause(Duration.between(now, line.pausedUntil), line.pauseReason))
                        : Optional.empty());
    }

    @Override
    public synchronized Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease) {
        Instant now = clock.instant();
        Line line = line(adAccount);
        List<Row> chosen = new ArrayList<>();
        long bytes = 0;
        for (Iterable<Row> order : List.of(line.urgentAt(now), line.othersReadyAt(now))) {
            for (Row row : order) {
                if (row.readyAt.isAfter(now)) {
                    continue;
                }
                bytes += row.event.bytes();
                if (chosen.size() == mostEvents || (bytes > mostBytes && !chosen.isEmpty())) {
                    return claimed(chosen, now.plus(lease));
                }
                chosen.add(row);
            }
        }
        return claimed(chosen, now.plus(lease));
    }

    private Optional<Batch> claimed(List<Row> chosen, Instant until) {
        String lease = UUID.randomUUID().toString();
        List<Batch.Claimed> claimed = new ArrayList<>();
        for (Row row : chosen) {
            line(row.event.adAccount()).move(row, until, row.urgentUntil);
            row.lease = lease;
            claimed.add(new Batch.Claimed(row.event, row.redriven));
        }
        return claimed.isEmpty() ? Optional.empty() : Optional.of(new Batch(lease, List.copyOf(claimed)));
    }

    @Override
    public synchronized int settle(Batch batch, List<Settlement> settlements) {
        Instant now = clock.instant();
        int settled = 0;
        for (Settlement settlement : settlements) {
            StoredEvent event = settlement.event();
            Row row = waiting.get(event.key());
            if (row == null || !batch.lease().equals(row.lease)) {
                continue;
            }
            settled++;
            Line line = line(event.adAccount());
            if (settlement.outcome() instanceof Outcome.Postponed) {
                row.lease = null;
                line.move(row, now.plus(settlement.again()), settlement.behind() ? Instant.EPOCH : row.urgentUntil);
                continue;
            }
            line.remove(row);
            waiting.remove(event.key());
            if (settlement.outcome() instanceof Outcome.Rejected rejected) {
                dead.put(event.key(), new DeadLetter(event, rejected.reason(), now));
            } else {
                delivered.put(event.key(), now);
            }
        }
        return settled;
    }

    @Override
    public synchronized void pause(String adAccount, Duration time, String reason) {
        Line line = line(adAccount);
        line.pausedUntil = clock.instant().plus(time);
        line.pauseReason = reason;
    }

    @Override
    public synchronized void resume(String adAccount) {
        line(adAccount).pausedUntil = Instant.MIN;
    }

    @Override
    public synchronized Backlog backlog(String adAccount) {
        Instant now = clock.instant();
        Line line = line(adAccount);
        Optional<Duration> oldest = line.byReadiness.stream()
                .map(row -> row.storedAt)
                .min(Comparator.naturalOrder())
                .map(storedAt -> Duration.between(storedAt, now));
        return new Backlog(line.byReadiness.size(), (int) deadOf(adAccount).count(), oldest);
    }

    @Override
    public synchronized List<DeadLetter> deadLetters(String adAccount, int most) {
        List<DeadLetter> all = new ArrayList<>(deadOf(adAccount).toList());
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    @Override
    public synchronized Redriven redrive(String adAccount, DeadLetter.Which which, boolean force) {
        Instant now = clock.instant();
        int events = 0;
        int tooOld = 0;
        for (DeadLetter letter : deadOf(adAccount).toList()) {
            StoredEvent event = letter.event();
            if (which instanceof DeadLetter.Which.OfId only && !only.eventId().equals(event.id())) {
                continue;
            }
            if (!force && !event.isDeduplicated(now)) {
                tooOld++;
                continue;
            }
            events++;
            dead.remove(event.key());
            wait(new Row(event, now, arrivals++, true));
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
        if (row.lease != null && row.readyAt.isAfter(clock.instant())) {
            return Cancelled.TOO_LATE;
        }
        line(key.adAccount()).remove(row);
        waiting.remove(key);
        return Cancelled.CANCELLED;
    }

    @Override
    public synchronized int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan) {
        Instant now = clock.instant();
        delivered
                .entrySet()
                .removeIf(entry -> entry.getKey().adAccount().equals(adAccount)
                        && entry.getValue().isBefore(now.minus(deliveredOlderThan)));
        int before = dead.size();
        dead.values()
                .removeIf(letter -> letter.event().adAccount().equals(adAccount)
                        && letter.since().isBefore(now.minus(deadOlderThan)));
        return before - dead.size();
    }

    @Override
    public void close() {}

    private void wait(Row row) {
        waiting.put(row.event.key(), row);
        line(row.event.adAccount()).add(row);
    }

    private Line line(String adAccount) {
        return lines.computeIfAbsent(adAccount, account -> new Line());
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

    /** An event that waits. By identity: it moves along its line. */
    private static final class Row {
        final StoredEvent event;
        final Instant storedAt;
        final long arrival;
        final boolean redriven;
        Instant readyAt;
        Instant urgentUntil;

        @Nullable
        String lease;

        Row(StoredEvent event, Instant storedAt, long arrival, boolean redriven) {
            this.event = event;
            this.storedAt = storedAt;
            this.arrival = arrival;
            this.redriven = redriven;
            this.readyAt = storedAt;
            this.urgentUntil = event.urgentUntil();
        }

        /** By a time, and among equals by arrival. */
        int order(Instant time, Row other, Instant others) {
            int order = time.compareTo(others);
            return order == 0 ? Long.compare(arrival, other.arrival) : order;
        }

        /** Behind all whose hurry ended by then. */
        static Row mark(Instant time) {
            Row mark = new Row(new StoredEvent("", "", "", "", time, true), time, Long.MAX_VALUE, false);
            mark.urgentUntil = time;
            return mark;
        }
    }

    /** One ad account's events in their two orders. */
    private static final class Line {
        final NavigableSet<Row> byReadiness = new TreeSet<>((a, b) -> a.order(a.readyAt, b, b.readyAt));
        final NavigableSet<Row> byUrgency = new TreeSet<>((a, b) -> a.order(a.urgentUntil, b, b.urgentUntil));
        Instant pausedUntil = Instant.MIN;
        String pauseReason = "";

        void add(Row row) {
            byReadiness.add(row);
            byUrgency.add(row);
        }

        void remove(Row row) {
            byReadiness.remove(row);
            byUrgency.remove(row);
        }

        void move(Row row, Instant readyAt, Instant urgentUntil) {
            byReadiness.remove(row);
            row.readyAt = readyAt;
            byReadiness.add(row);
            if (!row.urgentUntil.equals(urgentUntil)) {
                byUrgency.remove(row);
                row.urgentUntil = urgentUntil;
                byUrgency.add(row);
            }
        }

        /** Those that still count as web; found by a row that stands where they begin. */
        Iterable<Row> urgentAt(Instant now) {
            return byUrgency.tailSet(Row.mark(now), false);
        }

        Iterable<Row> othersReadyAt(Instant now) {
            return () -> byReadiness.stream()
                    .takeWhile(row -> !row.readyAt.isAfter(now))
                    .filter(row -> !row.urgentUntil.isAfter(now))
                    .iterator();
        }
    }
}
