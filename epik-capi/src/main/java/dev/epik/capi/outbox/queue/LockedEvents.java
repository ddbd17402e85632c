// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events whose key another transaction has locked. Each is tried again alone, after 10 ms at first and later every 500
 * ms. Times are those of {@link System#nanoTime}. Not thread-safe.
 */
public final class LockedEvents {
    private static final long MIN_WAIT_NANOS = Duration.ofMillis(10).toNanos();
    private static final long MAX_WAIT_NANOS = Duration.ofMillis(500).toNanos();

    private record Retry(long at, long delay) {}

    private final Map<PendingEvent, Retry> events = new LinkedHashMap<>();
    private final Set<StoredEvent.Key> keys = new HashSet<>();

    public void add(PendingEvent event, long now) {
        Retry before = events.get(event);
        long wait = before == null ? MIN_WAIT_NANOS : Math.min(MAX_WAIT_NANOS, 2 * before.delay);
        events.put(event, new Retry(now + wait, wait));
        keys.add(event.event.key());
    }

    public boolean isLocked(StoredEvent.Key key) {
        return !keys.isEmpty() && keys.contains(key);
    }

    public boolean contains(PendingEvent event) {
        return events.containsKey(event);
    }

    /** Returns at most this many events that may be tried again. They stay until they are removed. */
    public List<PendingEvent> due(long now, int max) {
        List<PendingEvent> due = new ArrayList<>();
        for (Map.Entry<PendingEvent, Retry> each : events.entrySet()) {
            if (due.size() < max && each.getValue().at - now <= 0) {
                due.add(each.getKey());
            }
        }
        return due;
    }

    /** Returns the nanoseconds until an event is due; {@link Long#MAX_VALUE} if there is none. */
    public long nanosToNext(long now) {
        return events.values().stream()
                .mapToLong(retry -> Math.max(0, retry.at - now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    public List<PendingEvent> all() {
        return List.copyOf(events.keySet());
    }

    /** Removes the events that have been answered. */
    public void removeAnswered() {
        boolean removed = false;
        for (Iterator<PendingEvent> each = events.keySet().iterator(); each.hasNext(); ) {
            if (each.next().isAnswered()) {
                each.remove();
                removed = true;
            }
        }
        if (removed) {
            keys.clear();
            events.keySet().forEach(event -> keys.add(event.event.key()));
        }
    }
}
