// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.Batch;
import java.util.List;

/**
 * The events of one request, and the kind of the request.
 *
 * @param lease the lease of the claimed batch that has the events
 */
record Sending(Kind kind, Lease lease, List<Batch.Claimed> events) {
    /** The purpose of a request. */
    enum Kind {
        /** An ordinary batch. */
        BATCH,
        /** One event that shows whether Pinterest takes other events than those that failed. */
        CONTROL,
        /** One event that shows whether an outage is over. */
        PROBE,
        /** A part of a failed batch, after Pinterest took a control. */
        PART,
        /** One event that failed alone before. */
        SUSPECT,
        /** Suspects that are due together, because the failure that they met has ended. */
        RELEASED_SUSPECTS
    }

    /** Returns the claimed batch. */
    Batch root() {
        return lease.batch();
    }
}
