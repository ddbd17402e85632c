// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The earliest deadline of many records, so that these are not all read each time to find one that is late. Times are
 * those of {@link System#nanoTime}. Thread-safe.
 */
final class EarliestDeadline {
    private static final long NONE = Long.MAX_VALUE;

    private final long base;

    /** In ns since the base: these can be compared. */
    private final AtomicLong earliest = new AtomicLong(NONE);

    EarliestDeadline(long now) {
        this.base = now;
    }

    /** Notes the deadline of a record. The caller has added the record to the others before. */
    void add(long deadline) {
        long time = deadline - base;
        if (time < earliest.get()) {
            earliest.accumulateAndGet(time, Math::min);
        }
    }

    /** Returns whether it has passed, and forgets it then: the caller adds the deadlines of all records again. */
    boolean hasPassed(long now) {
        if (now - base < earliest.get()) {
            return false;
        }
        earliest.set(NONE);
        return true;
    }
}
