// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Pinterest's deduplication: of all events with one name and id, from tag and server alike, only the first within 48
 * hours counts. Not thread-safe.
 */
final class Deduplication {
    private static final Duration WINDOW = Duration.ofDays(2);

    /** When each event was counted, by name and id. */
    private final Map<String, Instant> counted = new HashMap<>();

    /**
     * Returns whether an event counts. Offline events and events without an id cannot be deduplicated: they always
     * count.
     */
    boolean counts(String name, String id, boolean offline, Instant now) {
        if (offline || id.isEmpty()) {
            return true;
        }
        String key = name + ' ' + id;
        Instant first = counted.get(key);
        if (first != null && now.isBefore(first.plus(WINDOW))) {
            return false;
        }
        counted.put(key, now);
        return true;
    }

    void clear() {
        counted.clear();
    }
}
