// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.Batch;
import java.util.List;

/**
 * The events of one request, and why they were chosen.
 *
 * @param lease of the claimed batch that they are, or are a part of
 */
record Sending(Kind kind, Lease lease, List<Batch.Claimed> events) {
    /** Why events are sent together. */
    enum Kind {
        /** An ordinary batch. */
        BATCH,
        /** One event that finds out whether Pinterest takes others than those that failed. */
        CONTROL,
        /** One event that finds out whether an outage is over. */
        PROBE,
        /** A part of a batch that failed while a control was taken. */
        PART,
        /** One event that failed alone before. */
        SUSPECT,
        /** Suspects that are due together, because the trouble that they met is over. */
        RELEASED_SUSPECTS
    }

    Batch root() {
        return lease.batch();
    }
}
