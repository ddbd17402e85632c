// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.Batch;
import java.time.Duration;
import java.time.Instant;

/**
 * The lease of a batch, as this machine's clocks measure it. The monotonic clock stops while a machine is suspended,
 * and the wall clock can be set. If the two disagree, only the store knows how long the lease lasts. Not thread-safe.
 */
final class Lease {
    /** Two requests of 30 s (the second with a renewed token), 10 s for that token, and time to write the outcomes. */
    static final Duration LENGTH = Duration.ofMinutes(3);

    /** A request that starts now must have ended, and its outcome be written, before the lease ends. */
    static final Duration MIN_LEFT_TO_SEND = Duration.ofSeconds(45);

    /** The clocks agree if they differ by at most this much during a lease. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    private final Batch batch;
    private long fromNanos;
    private Instant fromWall;

    /**
     * @param fromNanos the monotonic time before the claim
     * @param fromWall the wall clock's time before the claim
     */
    Lease(Batch batch, long fromNanos, Instant fromWall) {
        this.batch = batch;
        this.fromNanos = fromNanos;
        this.fromWall = fromWall;
    }

    /** Returns the same lease for a part of its events, which is extended independently. */
    Lease ofPart() {
        return new Lease(batch, fromNanos, fromWall);
    }

    Batch batch() {
        return batch;
    }

    /** Returns whether a request may start now; if not, the lease must be extended first. */
    boolean allowsRequest(Time time) {
        Duration monotonic = Duration.ofNanos(time.nanos() - fromNanos);
        Duration wall = Duration.between(fromWall, time.wall());
        boolean agree = monotonic.minus(wall).abs().compareTo(TOLERANCE) <= 0;
        return agree && monotonic.compareTo(LENGTH.minus(MIN_LEFT_TO_SEND)) <= 0;
    }

    void extended(long nanos, Instant wall) {
        fromNanos = nanos;
        fromWall = wall;
    }
}
