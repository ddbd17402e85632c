// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * How many events of one ad account an outbox holds.
 *
 * @param waiting events without an outcome: ready, postponed, leased and suspect ones
 * @param suspects those of the waiting ones that failed alone
 * @param dead dead letters: events that Pinterest rejected, or that were set aside for people
 * @param oldest how long the oldest of the waiting ones has been in the outbox
 */
public record Backlog(int waiting, int suspects, int dead, Optional<Duration> oldest) {}
