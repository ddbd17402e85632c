// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides whether an event is too old to be sent. A pure function. */
final class ExpiryPolicy {
    private ExpiryPolicy() {}

    /**
     * Returns why the event becomes a dead letter without being sent; empty if it is sent. A redriven event is sent at
     * any age.
     */
    static Optional<String> expiredReason(Batch.Claimed claimed, Instant now, DeliveryOptions options) {
        StoredEvent event = claimed.event();
        if (claimed.redriven()) {
            return Optional.empty();
        }
        if (options.maxAge().filter(max -> isOlder(event, now, max)).isPresent()) {
            return Optional.of("expired: it happened longer ago than maxAge; redrive sends it all the same");
        }
        boolean refusesLate = options.late() == DeliveryOptions.Late.DEAD_LETTER;
        return refusesLate && !event.offline() && event.urgentUntil().isBefore(now)
                ? Optional.of(
                        "late: it would count as offline, and lateEvents is DEAD_LETTER; redrive sends it all the same")
                : Optional.empty();
    }

    private static boolean isOlder(StoredEvent event, Instant now, Duration maxAge) {
        return Duration.between(event.happenedAt(), now).compareTo(maxAge) > 0;
    }
}
