// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting events on the heap, with their leases and pauses, and the books of {@link dev.epik.capi.outbox.MemoryOutbox}.
 *
 * <p>Exported to {@code dev.epik.kafka} only.
 */
@NullMarked
package dev.epik.capi.outbox.memory;

import org.jspecify.annotations.NullMarked;
