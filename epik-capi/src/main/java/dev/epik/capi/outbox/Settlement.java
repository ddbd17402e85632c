// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.pinterest.Outcome;
import java.time.Duration;

/**
 * What became of a claimed event.
 *
 * @param again when a postponed event may be claimed again; without meaning for the other outcomes
 * @param behind a postponed event gives up its hurry: others go before it
 */
public record Settlement(StoredEvent event, Outcome outcome, Duration again, boolean behind) {
    public static Settlement of(StoredEvent event, Outcome outcome) {
        return new Settlement(event, outcome, Duration.ZERO, false);
    }
}
