// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** What became of the rows of a file and of the events of an outbox. Thread-safe. */
final class Tally {
    final AtomicLong stored = new AtomicLong();
    final AtomicLong alreadyStored = new AtomicLong();

    /** Those of the already stored ones that have the name and id of an earlier row of the same file. */
    final AtomicLong repeated = new AtomicLong();

    /** Those of the already stored ones that are dead letters. */
    final AtomicLong dead = new AtomicLong();

    final AtomicLong refused = new AtomicLong();
    final AtomicLong notStored = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong rejected = new AtomicLong();
    final AtomicLong left = new AtomicLong();

    /** Why the event that was postponed last waits; empty if none was. */
    volatile String postponedReason = "";

    /** Prints how many of the rows are dead letters of the outbox, if any is, and the cure. */
    void reportDead(Path outbox, PrintWriter err) {
        if (dead.get() > 0) {
            err.println("Rows of this file that are dead letters and are not sent: " + dead + ". \"epik outbox "
                    + outbox + " dead\" lists the reasons, \"epik outbox " + outbox
                    + " redrive\" makes them wait again.");
        }
    }

    /** Returns 0 if all is well, otherwise 1. */
    int exitCode() {
        return refused.get() + notStored.get() + rejected.get() + left.get() + dead.get() == 0 ? 0 : 1;
    }
}
