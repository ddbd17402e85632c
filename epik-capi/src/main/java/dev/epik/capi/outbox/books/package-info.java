// SPDX-License-Identifier: Apache-2.0
/**
 * The books: counters of events by ad account and by the hour in which they were stored. Memory and SQL stores share
 * these types.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.books;

import org.jspecify.annotations.NullMarked;
