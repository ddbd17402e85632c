// SPDX-License-Identifier: Apache-2.0
/**
 * Reports sales to Pinterest's Conversions API. Start with {@link dev.epik.capi.EpikClient}.
 *
 * <p>An event flows one way through four packages: {@code event} builds and hashes it, {@code outbox} stores it,
 * {@code delivery} decides when it is sent, and {@code pinterest} sends it and reads the answer. {@code servlet} reads
 * a visit from a request, and {@code oauth} renews tokens.
 */
@NullMarked
package dev.epik.capi;

import org.jspecify.annotations.NullMarked;
