// SPDX-License-Identifier: Apache-2.0
/**
 * The SQL that SQLite, PostgreSQL and MariaDB share: the operations of {@link dev.epik.capi.outbox.spi.Outbox} on the
 * tables, within a transaction that the caller holds. Start with {@link dev.epik.capi.outbox.table.OutboxTable}; what
 * differs between databases is in {@link dev.epik.capi.outbox.table.Dialect}.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.table;

import org.jspecify.annotations.NullMarked;
