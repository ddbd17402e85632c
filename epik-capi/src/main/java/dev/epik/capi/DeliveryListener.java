// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * Is told what Pinterest made of each event, after that was written to the outbox. Called by the delivery thread, one
 * event at a time: it must not wait. Whatever it throws is logged, and delivery goes on. It is told of a postponed
 * event each time. It is not told of an outcome that a crash kept from being written.
 */
@FunctionalInterface
public interface DeliveryListener {
    void settled(StoredEvent event, Outcome outcome);
}
