// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.books;

import java.util.List;

/** The counters of one {@link BookHour}, or changes of them. Not thread-safe. */
public final class BookCounts {
    public long stored;
    public long accepted;
    public long rejected;
    public long cancelled;

    /** Returns how many of the stored events have no outcome: in books that balance, this many wait. */
    public long open() {
        return stored - accepted - rejected - cancelled;
    }

    /** Returns the values of the columns, in the order of the table. */
    public List<Long> values() {
        return List.of(stored, accepted, rejected, cancelled);
    }

    public boolean isEmpty() {
        return stored == 0 && accepted == 0 && rejected == 0 && cancelled == 0;
    }
}
