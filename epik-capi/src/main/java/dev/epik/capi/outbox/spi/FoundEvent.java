// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.StoredEvent;

/**
 * An event that a search found. Immutable.
 *
 * @param isDead whether it was a dead letter at that time; otherwise it was waiting
 */
public record FoundEvent(StoredEvent.Key key, boolean isDead) {}
