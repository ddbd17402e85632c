// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import java.time.Duration;

/**
 * The outcome of a claimed event.
 *
 * @param retryDelay how long a postponed event cannot be claimed; has no meaning for the other outcomes
 * @param history what the row of a postponed event holds from now on; has no meaning for the other outcomes. A history
 *     that names a suspect reason makes the event a suspect, one that names none makes it an ordinary event again
 */
public record Settlement(Batch.Claimed claimed, Outcome outcome, Duration retryDelay, DeliveryHistory history) {
    /**
     * Returns a settlement by an outcome that is final; a postponed event can be claimed again at once, its history
     * unchanged.
     */
    public static Settlement of(Batch.Claimed claimed, Outcome outcome) {
        return new Settlement(claimed, outcome, Duration.ZERO, claimed.history());
    }

    /** Returns a settlement that keeps the event waiting. */
    public static Settlement postponed(
            Batch.Claimed claimed, String reason, Duration retryDelay, DeliveryHistory history) {
        return new Settlement(claimed, new Outcome.Postponed(reason), retryDelay, history);
    }

    /** Returns the event that is settled. */
    public StoredEvent event() {
        return claimed.event();
    }
}
