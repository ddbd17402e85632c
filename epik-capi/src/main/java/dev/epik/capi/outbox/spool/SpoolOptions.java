// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import java.time.Duration;

/**
 * The settings of moving events from a spool to the database. Immutable.
 *
 * @param mainWait how long the database may take to store an event, until a client is connected
 * @param minBackoff the first wait after the database has failed
 * @param maxBackoff the longest wait between two attempts
 * @param patience how long an event is tried that the database refuses
 */
public record SpoolOptions(Duration mainWait, Duration minBackoff, Duration maxBackoff, Duration patience) {}
