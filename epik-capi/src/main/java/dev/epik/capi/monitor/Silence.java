// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the time since the last accepted event is too long. Before the first accepted event of this process
 * nothing is known, so nothing is too long. Thread-safe.
 */
final class Silence {
    private final @Nullable Duration limit;
    private volatile boolean hasAccepted;
    private volatile long lastNanos;

    /** @param limit null if no time is too long */
    Silence(@Nullable Duration limit) {
        this.limit = limit;
    }

    /** Reports an accepted event, at a time of the monotonic clock. */
    void accepted(long nanos) {
        lastNanos = nanos;
        hasAccepted = true;
    }

    /** Returns the time since the last accepted event if it is longer than the limit. */
    Optional<Duration> tooLong(long nanos) {
        if (limit == null || !hasAccepted) {
            return Optional.empty();
        }
        Duration since = Duration.ofNanos(nanos - lastNanos);
        return since.compareTo(limit) > 0 ? Optional.of(since) : Optional.empty();
    }
}
