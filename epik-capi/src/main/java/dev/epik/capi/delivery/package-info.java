// SPDX-License-Identifier: Apache-2.0
/**
 * Delivery: decides when events are sent, and what follows from an answer.
 * {@link dev.epik.capi.delivery.DeliveryService} is the entry point. {@code DeliveryEngine} schedules the ad accounts.
 * {@code AccountDelivery} claims, sends and settles the events of one of them. {@code PoisonEventIsolator} and
 * {@code SuspectPolicy} decide what to send next, and what happens to events that failed.
 */
@NullMarked
package dev.epik.capi.delivery;

import org.jspecify.annotations.NullMarked;
