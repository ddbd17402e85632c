// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.outbox.table.CrashPoint;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * The settings of an open outbox file. Immutable.
 *
 * @param queueSize how many calls may wait for the writer thread
 * @param submitWait how long a caller waits while the queue is full
 * @param answerWait how long a caller waits for its result
 */
public record SqliteOptions(
        Clock clock,
        int queueSize,
        Duration submitWait,
        Duration answerWait,
        ThreadFactory threads,
        CrashPoint.Listener crashPoints) {}
