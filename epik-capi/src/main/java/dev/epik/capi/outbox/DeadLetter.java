// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Instant;

/** An event that will not be sent by itself any more, and why. */
public record DeadLetter(StoredEvent event, String reason, Instant since) {
    /** Which dead letters are meant. */
    public sealed interface Which {
        /** All of the ad account. */
        record All() implements Which {}

        /** Those of this event id, whatever their name. */
        record OfId(String eventId) implements Which {}
    }
}
