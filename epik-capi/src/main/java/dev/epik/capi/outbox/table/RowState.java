// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.time.Duration;

/** The values of the column {@code state}. */
public enum RowState {
    /** Waits, and never failed alone. */
    WAITING(0, "ready_at", Duration.ofHours(1)),
    DEAD(1, "settled_at", Duration.ZERO),
    DELIVERED(2, "settled_at", Duration.ZERO),
    /**
     * Waits as a suspect. A state of its own keeps suspects out of the indexes by which other events are claimed, so
     * that any number of them costs an ordinary claim nothing, and nodes of schema 1 never claim one.
     */
    SUSPECT(3, "ready_at", Duration.ofHours(25));

    public final int number;

    /** The time by which rows of this state are indexed, within an ad account. */
    final String timeColumn;

    /**
     * How long a row of this state waits until it is ready, at most: a suspect a day, others as long as a lease. Rows
     * that would wait longer were written before the clock was set back; see {@link ClockRepair}. Zero if rows of this
     * state do not wait.
     */
    final Duration maxWait;

    RowState(int number, String timeColumn, Duration maxWait) {
        this.number = number;
        this.timeColumn = timeColumn;
        this.maxWait = maxWait;
    }
}
