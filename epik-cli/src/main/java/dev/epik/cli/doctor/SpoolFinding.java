// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import java.time.Duration;

/** What the events in a spool mean: a pure function. */
public final class SpoolFinding {
    private static final String CHECK = "spool";

    private SpoolFinding() {}

    /**
     * Returns what was found for one ad account.
     *
     * @param spool what the spool holds for it
     */
    public static Finding of(String adAccount, Backlog spool) {
        if (spool.dead() > 0) {
            return Finding.fail(
                    CHECK,
                    "has " + spool.dead() + " dead letters of ad account " + adAccount
                            + ", which the database refuses: \"outbox SPOOL dead\" lists the reasons");
        }
        Duration oldest = spool.oldest().orElse(Duration.ZERO);
        String says = "holds " + spool.waiting() + " events of ad account " + adAccount + ", the oldest for "
                + oldest.toMinutes() + " min";
        return oldest.compareTo(SpooledOutbox.OVERDUE) > 0
                ? Finding.fail(
                        CHECK, says + ": does the application run, and can it reach its database? Its log says why not")
                : Finding.warn(CHECK, says + ": they are moved to the database as soon as it works");
    }

    /** Returns what was found if the spool holds nothing. */
    public static Finding empty() {
        return Finding.ok(CHECK, "is empty");
    }
}
