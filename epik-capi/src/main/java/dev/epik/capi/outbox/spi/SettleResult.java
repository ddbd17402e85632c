// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.util.List;

/**
 * The result of {@link Outbox#settle}. Settlements that are neither counted nor listed here were of events that are no
 * longer the caller's: their lease had ended, and another node has claimed them since or they were cancelled.
 *
 * @param settled how many events were settled
 * @param locked those of events whose row another transaction holds locked: settle them again later
 */
public record SettleResult(int settled, List<Settlement> locked) {}
