// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.util.List;

/** The counters of one {@link BookHour}, or changes of them. Not thread-safe. */
final class BookCounts {
    long stored;
    long accepted;
    long rejected;
    long cancelled;

    /** Returns how many of the stored events have no outcome: in books that balance, this many wait. */
    long open() {
        return stored - accepted - rejected - cancelled;
    }

    /** Returns the values of the columns, in the order of the table. */
    List<Long> values() {
        return List.of(stored, accepted, rejected, cancelled);
    }

    boolean isEmpty() {
        return stored == 0 && accepted == 0 && rejected == 0 && cancelled == 0;
    }
}
