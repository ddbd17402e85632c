// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What a sender needs to know before it claims.
 *
 * @param ready how many could be claimed now, counted up to the asked-for number
 * @param firstStoredFor how long the one of them that could first has lain in the outbox
 * @param nextReadyIn when the first of the others can
 * @param pause present while nobody may send
 */
public record Peek(
        int ready, Optional<Duration> firstStoredFor, Optional<Duration> nextReadyIn, Optional<Pause> pause) {
    /** Why nobody sends, and for how long still. */
    public record Pause(Duration left, String reason) {}
}
