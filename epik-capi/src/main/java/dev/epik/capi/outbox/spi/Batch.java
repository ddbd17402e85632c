// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.StoredEvent;
import java.util.List;
import java.util.stream.Stream;

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

    /** Returns this batch with the events of another one of the same lease behind its own. */
    public Batch with(Batch more) {
        return new Batch(
                lease, Stream.concat(claimed.stream(), more.claimed.stream()).toList());
    }

    /** Returns the events, in the order in which they are to be sent. */
    public List<StoredEvent> events() {
        return claimed.stream().map(Claimed::event).toList();
    }
}
