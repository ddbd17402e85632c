// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Distinguishes an event that the database refuses from an outage, without I/O. An event is refused if for ten minutes
 * every attempt to store it alone failed, at least three times, and the main outbox stored other events between two
 * failures. A database that fails occasionally stores the event in that time. Not thread-safe.
 */
public final class RefusedEvents {
    /** Failures of one event, alone, after which it can be set aside. */
    static final int MIN_FAILURES = 3;

    /** The number of events from which on all failures are forgotten, and counted anew. */
    private static final int MAX_REMEMBERED = 1000;

    /**
     * Failures of one event, alone.
     *
     * @param storedBefore how many events the main outbox had stored at the last one
     */
    private record Failures(int count, long storedBefore, long firstNanos) {}

    private final Map<StoredEvent.Key, Failures> failures = new HashMap<>();
    private final Duration patience;

    /**
     * Creates an empty memory of failures.
     *
     * @param patience how long an event is tried at least
     */
    public RefusedEvents(Duration patience) {
        this.patience = patience;
    }

    /**
     * Notes that the event failed alone.
     *
     * @param stored how many events the main outbox has stored so far
     * @param nanos the monotonic time
     * @return whether the event is to be set aside
     */
    public boolean failedAlone(StoredEvent.Key key, long stored, long nanos) {
        if (failures.size() >= MAX_REMEMBERED) {
            failures.clear();
        }
        Failures before = failures.getOrDefault(key, new Failures(0, -1, nanos));
        if (before.storedBefore == stored) {
            return false; // that may be one and the same outage
        }
        failures.put(key, new Failures(before.count + 1, stored, before.firstNanos));
        return before.count + 1 >= MIN_FAILURES && nanos - before.firstNanos >= patience.toNanos();
    }

    /** Returns whether the event has failed alone while others were stored. */
    public boolean contains(StoredEvent.Key key) {
        return failures.containsKey(key);
    }

    public void forget(StoredEvent.Key key) {
        failures.remove(key);
    }
}
