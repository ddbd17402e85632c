// SPDX-License-Identifier: Apache-2.0
/**
 * Delivery: when events are sent, and what an answer means for them. {@link dev.epik.capi.delivery.DeliveryService} is
 * the whole of it; {@code DeliveryEngine} decides which ad account does something when, {@code AccountDelivery} claims,
 * sends and settles for one of them, and {@code PoisonEventIsolator} and {@code SuspectPolicy} decide what to send next
 * and what becomes of events that fail.
 */
@NullMarked
package dev.epik.capi.delivery;

import org.jspecify.annotations.NullMarked;
