// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.util.List;

/**
 * Events that were claimed together. Immutable.
 *
 * @param lease proves at settling that the events are still the claimer's
 */
public record Batch(String lease, List<Claimed> claimed) {
    /**
     * One of the events.
     *
     * @param redriven whether a person asked for the event to be sent whatever its age
     * @param history what happened to it in earlier requests
     * @param storeKey finds the event's row again; only the store that made it reads it
     */
    public record Claimed(StoredEvent event, boolean redriven, DeliveryHistory history, Object storeKey) {}

    /** Returns the events, in the order in which they are to be sent. */
    public List<StoredEvent> events() {
        return claimed.stream().map(Claimed::event).toList();
    }
}
