// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells an event that the main outbox refuses for its own sake from an outage, without I/O: the event failed alone several times, and
 * each time the main outbox had stored other events since the failure before. Not thread-safe.
 */
final class RefusedEvents {
    /** Failures of one event, alone, after which it is set aside. */
    static final int MAX_FAILURES = 3;

    /** Beyond that all are forgotten and judged anew. */
    private static final int MAX_REMEMBERED = 1000;

    private record Failures(int count, long storedBefore) {}

    private final Map<StoredEvent.Key, Failures> failures = new HashMap<>();

    /**
     * Notes that the event failed alone.
     *
     * @param stored how many events the main outbox has stored so far
     * @return whether the event is to be set aside
     */
    boolean failedAlone(StoredEvent.Key key, long stored) {
        if (failures.size() >= MAX_REMEMBERED) {
            failures.clear();
        }
        Failures before = failures.getOrDefault(key, new Failures(0, -1));
        if (before.storedBefore == stored) {
            return false; // that may be one and the same outage
        }
        failures.put(key, new Failures(before.count + 1, stored));
        return before.count + 1 >= MAX_FAILURES;
    }

    /** Returns whether the event has failed alone while others were stored. */
    boolean contains(StoredEvent.Key key) {
        return failures.containsKey(key);
    }

    void forget(StoredEvent.Key key) {
        failures.remove(key);
    }
}
