// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An outbox on the heap, for tests and demonstrations.
 *
 * <p><b>Not durable:</b> what is not sent when the process ends is lost. Bounded: a full one refuses, it drops nothing.
 * It remembers as many delivered events, and keeps as many dead letters, as it has room for waiting ones; older ones are
 * forgotten first.
 */
public final class MemoryOutbox implements Outbox {
    private final int capacity;
    private final Map<StoredEvent.Key, Waiting> waiting = new LinkedHashMap<>();
    private final Map<StoredEvent.Key, Boolean> delivered;
    private final Map<StoredEvent.Key, DeadLetter> dead;

    private MemoryOutbox(int capacity) {
        this.capacity = capacity;
        this.delivered = boundedBy(capacity);
        this.dead = boundedBy(capacity);
    }

    /**
     * An empty one.
     *
     * @param capacity the most events that wait; at least 1
     */
    public static MemoryOutbox ofCapacity(int capacity) {
        if (capacity < 1) {
            throw new EpikException("The capacity of a MemoryOutbox is " + capacity + "; give at least 1");
        }
        return new MemoryOutbox(capacity);
    }

    @Override
    public synchronized Added add(StoredEvent event) {
        StoredEvent.Key key = event.key();
        if (waiting.containsKey(key) || delivered.containsKey(key) || dead.containsKey(key)) {
            return Added.ALREADY_STORED;
        }
        if (waiting.size() == capacity) {
            return Added.FULL;
        }
        waiting.put(key, new Waiting(event, event.storedAt(), false));
        return Added.STORED;
    }

    @Override
    public synchronized List<StoredEvent> claim(String adAccount, int max, Instant now) {
        List<StoredEvent> claimed = waiting.values().stream()
                .filter(each -> each.isFor(adAccount) && each.isReady(now))
                .sorted(Comparator.comparing(Waiting::from))
                .limit(max)
                .map(Waiting::event)
                .toList();
        claimed.forEach(event -> waiting.put(event.key(), new Waiting(event, now, true)));
        return claimed;
    }

    @Override
    public synchronized void settle(List<Settlement> settlements) {
        for (Settlement settlement : settlements) {
            StoredEvent event = settlement.event();
            if (settlement.outcome() instanceof Outcome.Postponed) {
                waiting.put(event.key(), new Waiting(event, settlement.again(), false));
                continue;
            }
            waiting.remove(event.key());
            if (settlement.outcome() instanceof Outcome.Rejected rejected) {
                dead.put(event.key(), new DeadLetter(event, rejected.reason()));
            } else {
                delivered.put(event.key(), true);
            }
        }
    }

    @Override
    public synchronized Backlog backlog(String adAccount, Instant now) {
        int all = 0;
        List<Waiting> ready = new ArrayList<>();
        Optional<Instant> next = Optional.empty();
        for (Waiting each : waiting.values()) {
            if (!each.isFor(adAccount)) {
                continue;
            }
            all++;
            if (each.isReady(now)) {
                ready.add(each);
            } else if (!each.claimed && next.filter(each.from::isAfter).isEmpty()) {
                next = Optional.of(each.from);
            }
        }
        Optional<Instant> oldest =
                ready.stream().map(each -> each.event.storedAt()).min(Comparator.naturalOrder());
        int rejected = (int) dead.keySet().stream()
                .filter(key -> key.adAccount().equals(adAccount))
                .count();
        return new Backlog(all, ready.size(), rejected, oldest, next);
    }

    @Override
    public synchronized List<DeadLetter> deadLetters() {
        return List.copyOf(dead.values());
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

    private record Waiting(StoredEvent event, Instant from, boolean claimed) {
        boolean isFor(String adAccount) {
            return event.adAccount().equals(adAccount);
        }

        boolean isReady(Instant now) {
            return !claimed && !from.isAfter(now);
        }
    }
}
