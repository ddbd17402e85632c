// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

/**
 * The books of one ad account, over all hours that are kept. Immutable. The components are those of
 * {@link BooksDifference}.
 *
 * @param waiting events in the outbox that are counted as stored and have no outcome; those that were never claimed are
 *     not counted yet
 */
public record BooksTotal(String adAccount, long stored, long accepted, long rejected, long cancelled, long waiting) {}
