// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.pinterest.Outcome;
import java.time.Instant;

/**
 * What became of a claimed event.
 *
 * @param again when a postponed event may be claimed again; without meaning for the other outcomes
 */
public record Settlement(StoredEvent event, Outcome outcome, Instant again) {}
