// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * How delivery stands.
 *
 * @param accepted since the start of this process
 * @param pausedUntil present while nothing is sent because of trouble
 * @param pauseReason what the trouble is, and the cure; empty without a pause
 */
public record DeliveryStats(int waiting, int dead, long accepted, Optional<Instant> pausedUntil, String pauseReason) {}
