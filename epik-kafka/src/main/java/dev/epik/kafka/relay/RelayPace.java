// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.relay;

import java.time.Duration;

/** Decides when a relay looks for events, and how many it takes. Not thread-safe; without I/O. */
final class RelayPace {
    static final int MAX_EVENTS = 1000;

    /** How many events are tried while Kafka or the outbox fails: claims of many would hold up the submits. */
    static final int PROBE_EVENTS = 1;

    static final Duration IDLE = Duration.ofSeconds(2);
    static final Duration MIN_BACKOFF = Duration.ofMillis(500);
    static final Duration MAX_BACKOFF = Duration.ofSeconds(8);

    private Duration backoff = Duration.ZERO;

    /** Returns how many events to claim at once. */
    int events() {
        return hasFailed() ? PROBE_EVENTS : MAX_EVENTS;
    }

    /** Returns whether the last round failed. Then a submit does not start another one. */
    boolean hasFailed() {
        return !backoff.isZero();
    }

    /** Returns how long to wait after a round without a failure: not at all if it has moved an event. */
    Duration afterSuccess(boolean hasMoved) {
        if (hasMoved) {
            backoff = Duration.ZERO;
            return Duration.ZERO;
        }
        return hasFailed() ? backoff : IDLE;
    }

    /** Returns how long to wait after a round that failed. */
    Duration afterFailure() {
        Duration twice = hasFailed() ? backoff.multipliedBy(2) : MIN_BACKOFF;
        backoff = twice.compareTo(MAX_BACKOFF) < 0 ? twice : MAX_BACKOFF;
        return backoff;
    }
}
