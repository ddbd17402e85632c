// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.time.Instant;

/**
 * One hour in which the books of an outbox do not balance; see {@link Outbox#verify()}. Immutable.
 *
 * @param hour the beginning of the hour in which the events were stored
 * @param stored events of that hour that were claimed or cancelled at least once
 * @param accepted those that Pinterest took
 * @param rejected those that became dead letters, without those that were redriven or cancelled since
 * @param cancelled those that were cancelled
 * @param waiting those that are in the outbox without an outcome
 */
public record BooksDifference(
        String adAccount, Instant hour, long stored, long accepted, long rejected, long cancelled, long waiting) {
    /**
     * Returns how many events are missing: more were stored than have an outcome or wait. A negative number is of
     * events that the books do not know.
     */
    public long difference() {
        return stored - accepted - rejected - cancelled - waiting;
    }
}
