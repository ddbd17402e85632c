// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.event.json.MatchKeyNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;

/**
 * The stored events of one ad account by name and by their set of match keys. Storing is the frequent case, so it adds
 * to one counter only; the sums are computed when they are read. Thread-safe.
 */
final class StoredCounts {
    private final Map<String, Map<List<String>, LongAdder>> web = new ConcurrentHashMap<>();
    private final Map<String, Map<List<String>, LongAdder>> offline = new ConcurrentHashMap<>();

    /** @param matchKeys the list of {@link MatchKeyNames#of}, so that there are few different ones */
    void add(String event, boolean isOffline, List<String> matchKeys) {
        Map<String, Map<List<String>, LongAdder>> events = isOffline ? offline : web;
        Map<List<String>, LongAdder> known = events.get(event);
        Map<List<String>, LongAdder> sets =
                known != null ? known : events.computeIfAbsent(event, unused -> new ConcurrentHashMap<>());
        LongAdder counter = sets.get(matchKeys);
        (counter != null ? counter : sets.computeIfAbsent(matchKeys, unused -> new LongAdder())).increment();
    }

    /** Returns how many events there are. */
    long events() {
        return sum((name, keys) -> true, true);
    }

    /** Returns how many events of this name have, or do not have, a click id. */
    long events(String event, boolean hasClickId) {
        return sum((name, keys) -> name.equals(event) && keys.contains(MatchKeyNames.CLICK_ID) == hasClickId, true);
    }

    /** Returns how many events have this match key. */
    long withKey(String key) {
        return sum((name, keys) -> keys.contains(key), true);
    }

    /** Returns how many web and app events there are. */
    long webEvents() {
        return sum((name, keys) -> true, false);
    }

    /** Returns how many web and app events have a click id. */
    long webEventsWithClickId() {
        return sum((name, keys) -> keys.contains(MatchKeyNames.CLICK_ID), false);
    }

    private long sum(BiPredicate<String, List<String>> counts, boolean withOffline) {
        return sum(web, counts) + (withOffline ? sum(offline, counts) : 0);
    }

    private static long sum(
            Map<String, Map<List<String>, LongAdder>> events, BiPredicate<String, List<String>> counts) {
        long sum = 0;
        for (Map.Entry<String, Map<List<String>, LongAdder>> event : events.entrySet()) {
            for (Map.Entry<List<String>, LongAdder> set : event.getValue().entrySet()) {
                sum += counts.test(event.getKey(), set.getKey())
                        ? set.getValue().sum()
                        : 0;
            }
        }
        return sum;
    }
}
