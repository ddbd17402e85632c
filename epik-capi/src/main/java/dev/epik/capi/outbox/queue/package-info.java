// SPDX-License-Identifier: Apache-2.0
/**
 * Events and calls that wait for a writer thread, and the decisions how many of them one transaction stores. No class
 * here knows a database.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.queue;

import org.jspecify.annotations.NullMarked;
