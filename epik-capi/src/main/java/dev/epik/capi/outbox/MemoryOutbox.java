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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

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
    private final Map<StoredEvent.Key, WaitingLine.Row> waiting = new HashMap<>();
    private final Map<String, WaitingLine> lines = new HashMap<>();
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
        wait(new WaitingLine.Row(event, arrivals++, clock.millis(), false));
        return Added.STORED;
    }

    @Override
    public synchronized Peek peek(String adAccount, int most) {
        long now = clock.millis();
        WaitingLine line = line(adAccount, now);
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
        WaitingLine line = line(adAccount, now);
        return line.claim(now, mostEvents, mostBytes, now + lease.toMillis());
    }

    @Override
    public synchronized int settle(Batch batch, List<Settlement> settlements) {
        long now = clock.millis();
        int settled = 0;
        for (Settlement settlement : settlements) {
            StoredEvent event = settlement.event();
            WaitingLine.Row row = waiting.get(event.key());
            if (row == null || row.lease == null || !row.lease.token.equals(batch.lease())) {
                continue;
            }
            settled++;
            WaitingLine line = line(event.adAccount(), now);
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
        WaitingLine line = line(adAccount);
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
            wait(new WaitingLine.Row(event, arrivals++, now, true));
        }
        return new Redriven(events, tooOld);
    }

    @Override
    public synchronized Cancelled cancel(StoredEvent.Key key) {
        WaitingLine.Row row = waiting.get(key);
        if (row == null) {
            boolean known = delivered.containsKey(key);
            return dead.remove(key) != null ? Cancelled.CANCELLED : known ? Cancelled.TOO_LATE : Cancelled.UNKNOWN;
        }
        WaitingLine line = line(key.adAccount(), clock.millis());
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

    private void wait(WaitingLine.Row row) {
        waiting.put(row.event.key(), row);
        line(row.event.adAccount(), row.storedAt).add(row);
    }

    private WaitingLine line(String adAccount) {
        return lines.computeIfAbsent(adAccount, account -> new WaitingLine());
    }

    private WaitingLine line(String adAccount, long now) {
        WaitingLine line = line(adAccount);
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
}
