// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spool;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;

/** Logs when spooling begins, when it has lasted too long, and when it has ended, once each. Thread-safe. */
public final class SpoolLog {
    /** The logger of the public class, so that existing log settings stay valid. */
    private static final Logger LOG = System.getLogger("dev.epik.capi.outbox.SpooledOutbox");

    /** The age from which on events in the spool are reported as overdue. */
    public static final Duration OVERDUE = Duration.ofMinutes(5);

    private final Path file;
    private boolean spooling;
    private boolean overdue;
    private long moved;
    private String lastFailure = "";

    public SpoolLog(Path file) {
        this.file = file;
    }

    /** Notes that events are in the spool. */
    public synchronized void began(String reason) {
        if (!spooling) {
            spooling = true;
            moved = 0;
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "Events are stored in the spool {0} until the database of the outbox can store them. {1}",
                    file,
                    reason);
        }
    }

    synchronized void moved(int events) {
        moved += events;
    }

    /** Logs that events were moved which are dead letters in the database; once for each batch. */
    void movedDead(int events, StoredEvent first) {
        ContainedLog.log(
                LOG,
                Level.WARNING,
                "{0} events of the spool {1} are dead letters in the database of the outbox, and are not sent. The first is"
                        + " {2} {3}. EpikClient.deadLetters has the reasons; EpikClient.redrive makes them wait again",
                events,
                file,
                first.name(),
                first.id());
    }

    /** Notes that the spool is empty. */
    public synchronized void emptied() {
        if (spooling) {
            spooling = false;
            overdue = false;
            lastFailure = "";
            ContainedLog.log(
                    LOG,
                    Level.INFO,
                    "The spool {0} is empty: {1} events were moved to the database of the outbox",
                    file,
                    moved);
        }
    }

    /** Notes how long the oldest event has been in the spool. */
    public synchronized void oldest(Duration age, String reason) {
        if (spooling && !overdue && age.compareTo(OVERDUE) > 0) {
            overdue = true;
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "Events have been in the spool {0} for {1} min and are not sent, because the database of the outbox"
                            + " does not store them. {2}",
                    file,
                    age.toMinutes(),
                    reason);
        }
    }

    void setAside(StoredEvent event, String reason) {
        ContainedLog.log(
                LOG,
                Level.ERROR,
                "The database of the outbox refuses an event of ad account {0}, and stores others. The event is a dead"
                        + " letter in the spool {1}. {2}",
                event.adAccount(),
                file,
                reason);
    }

    /** Logs why events cannot be moved although the main outbox may work, each reason once in a row. */
    synchronized void failed(String reason) {
        if (reason.equals(lastFailure)) {
            return;
        }
        lastFailure = reason;
        ContainedLog.log(LOG, Level.WARNING, "Events in the spool {0} could not be moved. {1}", file, reason);
    }

    /** Logs what stays in the file when the outbox is closed. */
    public void left() {
        ContainedLog.log(
                LOG,
                Level.WARNING,
                "Closed with events in the spool {0}: they are moved when it is opened the next time",
                file);
    }
}
