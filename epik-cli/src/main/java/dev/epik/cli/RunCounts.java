// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the rows that a command read, stored and sent. Thread-safe. */
final class RunCounts {
    final AtomicLong stored = new AtomicLong();
    final AtomicLong alreadyStored = new AtomicLong();

    /** The already stored ones with the name and id of an earlier row in the same file. */
    final AtomicLong repeated = new AtomicLong();

    /** The already stored ones that are dead letters. */
    final AtomicLong dead = new AtomicLong();

    /** The rows of a dry run that could be stored. */
    final AtomicLong valid = new AtomicLong();

    final AtomicLong invalid = new AtomicLong();

    /** The rows of people on the suppression list. */
    final AtomicLong suppressed = new AtomicLong();

    final AtomicLong notStored = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong rejected = new AtomicLong();

    /** The events that wait in the outbox at the end. */
    final AtomicLong waiting = new AtomicLong();

    /** Whether events wait because nothing should be sent. */
    private volatile boolean storesOnly;

    /** The reason of the event that was postponed last; empty if there is none. */
    volatile String postponedReason = "";

    /** Prints how many rows are dead letters in the outbox, with the cure. Prints nothing if there are none. */
    void reportDead(Path outbox, PrintWriter err) {
        if (dead.get() > 0) {
            err.println("Rows that are dead letters and are not sent: " + dead + ". \"epik outbox "
                    + outbox + " dead\" lists the reasons, \"epik outbox " + outbox
                    + " redrive\" sends them again.");
        }
    }

    /** Counts the events of a run that stores and does not send. */
    void keptUnsent(int events) {
        waiting.set(events);
        storesOnly = true;
    }

    /** Writes all counts. */
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("valid", valid.get());
        json.writeNumberField("stored", stored.get());
        json.writeNumberField("already_stored", alreadyStored.get());
        json.writeNumberField("repeated", repeated.get());
        json.writeNumberField("dead", dead.get());
        json.writeNumberField("invalid", invalid.get());
        json.writeNumberField("suppressed", suppressed.get());
        json.writeNumberField("not_stored", notStored.get());
        writeDelivery(json);
    }

    /** Writes the counts of the delivery. */
    void writeDelivery(JsonGenerator json) throws IOException {
        json.writeNumberField("accepted", accepted.get());
        json.writeNumberField("rejected", rejected.get());
        json.writeNumberField("waiting", waiting.get());
        json.writeStringField("postponed_reason", postponedReason);
    }

    /** Returns 0 if all rows were stored, and sent unless the run only stores; otherwise 1. */
    int exitCode() {
        long unsent = storesOnly ? 0 : waiting.get();
        return invalid.get() + notStored.get() + rejected.get() + unsent + dead.get() == 0 ? 0 : 1;
    }
}
