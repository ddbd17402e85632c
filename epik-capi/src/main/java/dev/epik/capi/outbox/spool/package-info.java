// SPDX-License-Identifier: Apache-2.0
/**
 * The local file of {@link dev.epik.capi.outbox.SpooledOutbox}, and moving events from it to the database. Start with
 * {@link dev.epik.capi.outbox.spool.SpoolWriter} and {@link dev.epik.capi.outbox.spool.SpoolMover}.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.capi.outbox.spool;

import org.jspecify.annotations.NullMarked;
