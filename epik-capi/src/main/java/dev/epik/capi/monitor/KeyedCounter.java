// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** A counter by its key. Its values are read when they are asked for. Thread-safe. */
final class KeyedCounter implements EpikClient.Counter {
    private final CounterKey key;
    private final Map<String, String> tags;
    private final LongSupplier count;
    private final LongSupplier nanos;

    /** @param nanos returns the time in nanoseconds; 0 if the counter measures none */
    KeyedCounter(CounterKey key, LongSupplier count, LongSupplier nanos) {
        this.key = key;
        this.tags = key.tags();
        this.count = count;
        this.nanos = nanos;
    }

    @Override
    public String name() {
        return key.name;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public long count() {
        return count.getAsLong();
    }

    @Override
    public Duration totalTime() {
        return Duration.ofNanos(nanos.getAsLong());
    }

    @Override
    public String toString() {
        return name() + tags + " " + count();
    }
}
