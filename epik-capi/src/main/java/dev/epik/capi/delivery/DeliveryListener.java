// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.Outcome;

/**
 * Hears what Pinterest made of each event, after it was settled. Called by the dispatcher's one thread: it must not wait.
 * Not called for what a crash kept from being settled; an event that is postponed is heard of again.
 */
@FunctionalInterface
public interface DeliveryListener {
    void settled(StoredEvent event, Outcome outcome);
}
