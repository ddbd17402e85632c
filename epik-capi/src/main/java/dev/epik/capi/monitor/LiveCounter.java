// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A counter that many threads add to without waiting for each other. Thread-safe. */
final class LiveCounter implements EpikClient.Counter {
    private final String name;
    private final Map<String, String> tags;
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    LiveCounter(CounterKey key) {
        this.name = key.name;
        this.tags = key.tags();
    }

    void add() {
        count.increment();
    }

    void add(Duration time) {
        count.increment();
        nanos.add(time.toNanos());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public long count() {
        return count.sum();
    }

    @Override
    public Duration totalTime() {
        return Duration.ofNanos(nanos.sum());
    }

    @Override
    public String toString() {
        return name + tags + " " + count();
    }
}
