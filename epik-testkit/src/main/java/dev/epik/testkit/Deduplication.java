// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Counts an event once by name and id, from tag and server alike: the first is kept, for 48 hours. */
final class Deduplication {
    private static final Duration WINDOW = Duration.ofDays(2);

    private final Map<String, Instant> counted = new HashMap<>();

    /** Offline events cannot be deduplicated, and neither can events without an id. */
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
