// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import dev.epik.capi.StoredEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The events that something happened to lately, and when. The oldest are forgotten first. Not thread-safe. */
public final class RecentKeys {
    private final Map<StoredEvent.Key, Long> times;

    /** @param max how many are remembered */
    RecentKeys(int max) {
        this.times = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StoredEvent.Key, Long> eldest) {
                return size() > max;
            }
        };
    }

    void put(StoredEvent.Key key, long time) {
        times.remove(key); // so that it is the newest
        times.put(key, time);
    }

    boolean contains(StoredEvent.Key key) {
        return times.containsKey(key);
    }

    OptionalLong time(StoredEvent.Key key) {
        Long time = times.get(key);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }

    /** Returns whether the key was remembered. */
    public boolean remove(StoredEvent.Key key) {
        return times.remove(key) != null;
    }

    void removeBefore(long time) {
        times.values().removeIf(each -> each < time);
    }
}
