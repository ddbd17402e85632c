// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * Receives the outcome of each event after it was written to the outbox.
 *
 * <p><b>Threads.</b> The delivery thread calls it, one event at a time, so it must not wait. Anything that it throws is
 * logged, and delivery goes on.
 *
 * <p><b>How often.</b> A postponed event is reported each time it is postponed. In a crash an outcome that was not yet
 * written to the outbox is not reported.
 */
@FunctionalInterface
public interface DeliveryListener {
    /**
     * Receives the outcome of one event.
     *
     * @param event the event as it was stored
     * @param outcome accepted, rejected or postponed
     */
    void settled(StoredEvent event, Outcome outcome);
}
