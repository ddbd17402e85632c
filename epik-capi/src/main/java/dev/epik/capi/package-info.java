// SPDX-License-Identifier: Apache-2.0
/**
 * Reports sales to Pinterest's Conversions API. Start with {@link dev.epik.capi.EpikClient}.
 *
 * <p>One flow, one way, a room for each step: {@code event} (what is said, hashed at the door), {@code outbox} (where it
 * waits), {@code delivery} (when it goes), {@code pinterest} (how it goes and what the answer means). {@code servlet}
 * fills a visit from a request; {@code oauth} renews tokens.
 */
@NullMarked
package dev.epik.capi;

import org.jspecify.annotations.NullMarked;
