// SPDX-License-Identifier: Apache-2.0
/**
 * When events are sent. {@link dev.epik.capi.delivery.Dispatcher} takes them from the outbox in batches and settles each
 * by its outcome; how long it waits after trouble is decided in {@code Backoff}.
 */
@NullMarked
package dev.epik.capi.delivery;

import org.jspecify.annotations.NullMarked;
