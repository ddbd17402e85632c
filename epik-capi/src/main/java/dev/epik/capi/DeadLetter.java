// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.time.Instant;

/**
 * An event that is not sent by itself any more: Pinterest rejected it, or it became too old. Immutable.
 *
 * @param event the event as it was stored
 * @param reason why it is not sent, for people
 * @param since when it became a dead letter
 */
public record DeadLetter(StoredEvent event, String reason, Instant since) {
    /** The dead letters of an ad account that {@link AccountClient#redriveAll} makes wait again. */
    public enum Scope {
        /** Those that happened at most 48 hours ago, which Pinterest still deduplicates. */
        RECENT,
        /** All of them. If Pinterest has counted one that is older before, it counts it twice. */
        INCLUDE_EXPIRED
    }

    /** The dead letters that an outbox is to redrive, by event id. */
    public sealed interface Which {
        /** All of the ad account. */
        record All() implements Which {}

        /** Those of this event id, whatever their name. */
        record OfId(String eventId) implements Which {}
    }
}
