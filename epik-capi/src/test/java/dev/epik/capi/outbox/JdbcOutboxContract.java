// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/**
 * The contract of a {@link JdbcOutbox} on every database, with a table of the shop. Each superclass has one topic:
 * {@link JdbcLockContract}, {@link JdbcTransactionContract}, {@link JdbcSkippedEventContract},
 * {@link JdbcConnectionContract}, {@link JdbcSchemaContract} and {@link JdbcClockContract}.
 */
abstract class JdbcOutboxContract extends JdbcClockContract {}
