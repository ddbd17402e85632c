// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.Batch;
import dev.epik.capi.outbox.StoredEvent;
import java.time.Instant;
import java.util.Optional;

/** Whether an event is too old to be sent: a pure function. */
final class Age {
    private Age() {}

    /** Why it is; empty where it is not, or where somebody wants it sent all the same. */
    static Optional<String> tooOld(Batch.Claimed claimed, Instant now, DeliveryOptions options) {
        StoredEvent event = claimed.event();
        if (claimed.redriven()) {
            return Optional.empty();
        }
        if (options.maxAge()
                .filter(age -> event.happenedAt().plus(age).isBefore(now))
                .isPresent()) {
            return Optional.of("expired: it happened longer ago than maxAge; redrive sends it all the same");
        }
        boolean late = !event.offline() && event.urgentUntil().isBefore(now);
        return late && options.late() == DeliveryOptions.Late.PARK
                ? Optional.of("late: it would count as offline, and late is PARK; redrive sends it all the same")
                : Optional.empty();
    }
}
