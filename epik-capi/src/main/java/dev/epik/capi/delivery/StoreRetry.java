// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Decides when the outbox is tried again after a failure: after 1, 2, 4, 8 s. All ad accounts wait, because a failure
 * mostly concerns all of them. Not thread-safe.
 */
final class StoreRetry {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());
    private static final int MAX_SECONDS = 8;

    private final Time time;
    private long retryAt;
    private int failures;

    StoreRetry(Time time) {
        this.time = time;
        this.retryAt = time.nanos();
    }

    boolean mayTry() {
        return time.nanos() - retryAt >= 0;
    }

    /** Returns when the outbox may be tried again, by the monotonic clock. */
    long retryAt() {
        return retryAt;
    }

    void failed(StoreFailure e) {
        if (failures++ == 0) {
            LOG.log(Level.ERROR, "The outbox failed, delivery tries again: {0}", e.getMessage());
        }
        long seconds = Math.min(MAX_SECONDS, 1L << Math.min(failures - 1, 10));
        retryAt = time.nanos() + Duration.ofSeconds(seconds).toNanos();
    }

    void works() {
        if (failures > 0 && mayTry()) {
            failures = 0;
            LOG.log(Level.INFO, "The outbox works again, delivery goes on");
        }
    }
}
