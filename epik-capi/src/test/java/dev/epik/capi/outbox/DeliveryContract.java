// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/** The contract of every outbox for delivery, also of one that only holds events that another store keeps. */
abstract class DeliveryContract extends CancelContract {}
