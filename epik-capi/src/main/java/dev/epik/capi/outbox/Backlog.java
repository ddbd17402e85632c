// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * What lies in an outbox for one ad account.
 *
 * @param waiting events not settled yet, claimed ones included
 * @param ready those that could be claimed now
 * @param dead events that Pinterest rejected
 * @param oldestReady when the oldest of the ready ones was stored
 * @param nextReady when the first of the others may be claimed
 */
public record Backlog(int waiting, int ready, int dead, Optional<Instant> oldestReady, Optional<Instant> nextReady) {}
