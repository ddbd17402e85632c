// SPDX-License-Identifier: Apache-2.0
/**
 * Stores in which events wait until they are sent: {@link dev.epik.capi.outbox.SqliteOutbox} for one machine,
 * {@link dev.epik.capi.outbox.JdbcOutbox} for the shop's own database, {@link dev.epik.capi.outbox.SpooledOutbox} for a
 * database with a local file for its outages, {@link dev.epik.capi.outbox.MemoryOutbox} for tests. Their contract is
 * {@link dev.epik.capi.outbox.spi.Outbox}. The {@code .sql} files of this package create the tables and document the
 * columns.
 *
 * <p>Sub-packages other than {@code spi} are not exported. Dependencies run one way: a store here uses the package of
 * its name, which uses {@code queue} and {@code table}, which uses {@code books}.
 */
@NullMarked
package dev.epik.capi.outbox;

import org.jspecify.annotations.NullMarked;
