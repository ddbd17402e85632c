// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * The state of one ad account, which a sender reads before it claims. Counts exactly the rows that a claim would take,
 * locked ones aside.
 *
 * @param ready how many events that are no suspects could be claimed now, counted up to the requested number
 * @param firstStoredFor how long the event that became ready first has been in the outbox
 * @param nextReadyIn when the first of the other events that are no suspects becomes ready
 * @param nextSuspectIn when the first suspect can be claimed, zero if it can be now; empty if no suspect waits
 * @param pause present while nothing may be sent
 */
public record Peek(
        int ready,
        Optional<Duration> firstStoredFor,
        Optional<Duration> nextReadyIn,
        Optional<Duration> nextSuspectIn,
        Optional<Pause> pause) {
    /** Why nothing is sent, and for how long still. */
    public record Pause(Duration left, String reason) {}
}
