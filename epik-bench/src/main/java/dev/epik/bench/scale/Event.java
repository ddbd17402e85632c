// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import org.jspecify.annotations.Nullable;

/**
 * An event as one record of a topic. A record of the retry topic has the same origin as the record it was moved from.
 */
final class Event {
    static final int UNSETTLED = -1;

    final int account;

    /** The time when the shop submitted it. */
    final int created;

    /** How often it was moved to the retry topic. */
    final int round;

    /** The time before which it is not read. */
    final int due;

    final Event origin;

    /** Whether Pinterest took it. Only the origin's value counts. */
    boolean accepted;

    @Nullable
    Partition partition;

    int settled = UNSETTLED;
    int read;

    @Nullable
    Event next;

    /** Makes a new event. */
    Event(int account, int created) {
        this.account = account;
        this.created = created;
        this.round = 0;
        this.due = created;
        this.origin = this;
    }

    /** Makes the record of the retry topic. */
    Event(Event moved, int due) {
        this.account = moved.account;
        this.created = moved.created;
        this.round = moved.round + 1;
        this.due = due;
        this.origin = moved.origin;
    }
}
