// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** A number of occurrences, and their time together. Many threads add without waiting for each other. Thread-safe. */
final class Tally {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add() {
        count.increment();
    }

    void add(Duration time) {
        count.increment();
        nanos.add(time.toNanos());
    }

    long count() {
        return count.sum();
    }

    long nanos() {
        return nanos.sum();
    }
}
