// SPDX-License-Identifier: Apache-2.0
/**
 * The file, its lock and the writer thread of {@link dev.epik.capi.outbox.SqliteOutbox}. Start with
 * {@link dev.epik.capi.outbox.sqlite.SqliteWriter} and {@link dev.epik.capi.outbox.sqlite.SqliteStore}.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.sqlite;

import org.jspecify.annotations.NullMarked;
