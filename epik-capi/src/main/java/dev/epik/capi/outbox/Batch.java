// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.util.List;

/**
 * Events that were claimed together.
 *
 * @param lease what proves at settling that they still are the claimer's
 */
public record Batch(String lease, List<Claimed> claimed) {
    /**
     * One of them.
     *
     * @param redriven somebody wants it sent whatever its age
     */
    public record Claimed(StoredEvent event, boolean redriven) {}

    public List<StoredEvent> events() {
        return claimed.stream().map(Claimed::event).toList();
    }
}
