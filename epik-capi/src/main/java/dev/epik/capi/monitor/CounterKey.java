// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a counter by its name and the values of its tags. Immutable. Not a record: the generated methods of a
 * record keep the class, and so the class loader of an undeployed web application, in a cache of the JDK.
 */
final class CounterKey {
    private static final Map<String, List<String>> TAGS = Map.of(
            ClientCounters.EVENTS, List.of("account", "event", "result", "reason", "click_id"),
            ClientCounters.MATCH_KEYS, List.of("account", "key"),
            ClientCounters.REQUESTS, List.of("status"));

    final String name;
    private final List<String> values;
    private final int hash;

    /** @param values of the tags that counters of this name have, in their order */
    CounterKey(String name, String... values) {
        this.name = name;
        this.values = List.of(values);
        this.hash = 31 * name.hashCode() + this.values.hashCode();
    }

    /** Returns the tags by name, in a fixed order. */
    Map<String, String> tags() {
        List<String> names = TAGS.getOrDefault(name, List.of());
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            tags.put(names.get(i), values.get(i));
        }
        return Collections.unmodifiableMap(tags);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CounterKey key
                && hash == key.hash
                && name.equals(key.name)
                && values.equals(key.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
