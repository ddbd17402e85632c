// SPDX-License-Identifier: Apache-2.0
/**
 * Threads, connections and errors of {@link dev.epik.capi.outbox.JdbcOutbox}. Start with
 * {@link dev.epik.capi.outbox.jdbc.JdbcThreads}.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.jdbc;

import org.jspecify.annotations.NullMarked;
