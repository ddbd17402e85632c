// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

/** What became of the rows of a file and of the events of an outbox. Written by one thread at a time. */
final class Tally {
    long stored;
    long alreadyStored;
    long refused;
    long notStored;
    long accepted;
    long rejected;
    long left;

    /** Why the event that was postponed last waits; empty if none was. */
    String postponedReason = "";

    /** 0 or 1, as the commands' exit codes are. */
    int exitCode() {
        return refused == 0 && notStored == 0 && rejected == 0 && left == 0 ? 0 : 1;
    }
}
