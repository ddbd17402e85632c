// SPDX-License-Identifier: Apache-2.0
/**
 * Where events wait to be sent. Start with {@link dev.epik.capi.outbox.spi.Outbox}, the contract of all stores: on one machine
 * {@link dev.epik.capi.outbox.SqliteOutbox}, in the shop's own database {@link dev.epik.capi.outbox.JdbcOutbox}, in tests
 * {@link dev.epik.capi.outbox.MemoryOutbox}. The {@code .sql} files beside them are what a table's columns mean.
 */
@NullMarked
package dev.epik.capi.outbox;

import org.jspecify.annotations.NullMarked;
