// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** A counter whose value is computed when it is read. Thread-safe. */
final class SumCounter implements EpikClient.Counter {
    private final CounterKey key;
    private final LongSupplier sum;

    SumCounter(CounterKey key, LongSupplier sum) {
        this.key = key;
        this.sum = sum;
    }

    @Override
    public String name() {
        return key.name;
    }

    @Override
    public Map<String, String> tags() {
        return key.tags();
    }

    @Override
    public long count() {
        return sum.getAsLong();
    }

    @Override
    public Duration totalTime() {
        return Duration.ZERO;
    }

    @Override
    public String toString() {
        return name() + tags() + " " + count();
    }
}
