// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/** The values of the column {@code state}. */
enum RowState {
    /** Waits, and never failed alone. */
    WAITING(0, "ready_at"),
    DEAD(1, "settled_at"),
    DELIVERED(2, "settled_at"),
    /**
     * Waits as a suspect. A state of its own keeps suspects out of the indexes by which other events are claimed, so
     * that any number of them costs an ordinary claim nothing, and nodes of schema 1 never claim one.
     */
    SUSPECT(3, "ready_at");

    final int number;

    /** The time by which rows of this state are indexed, within an ad account. */
    final String timeColumn;

    RowState(int number, String timeColumn) {
        this.number = number;
        this.timeColumn = timeColumn;
    }
}
