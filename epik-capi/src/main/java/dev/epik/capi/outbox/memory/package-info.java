// SPDX-License-Identifier: Apache-2.0
/**
 * The queues and books of {@link dev.epik.capi.outbox.MemoryOutbox}.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.memory;

import org.jspecify.annotations.NullMarked;
