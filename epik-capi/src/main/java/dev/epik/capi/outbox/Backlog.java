// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What lies in an outbox for one ad account.
 *
 * @param waiting events not settled yet, claimed ones included
 * @param dead events that Pinterest rejected, or that were parked
 * @param oldest how long the oldest of the waiting ones has lain here
 */
public record Backlog(int waiting, int dead, Optional<Duration> oldest) {}
