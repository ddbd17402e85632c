// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import java.time.Duration;

/** Derives findings from the events in a spool. Pure functions. */
public final class SpoolDiagnosis {
    private static final String CHECK = "spool";

    private SpoolDiagnosis() {}

    /**
     * Returns the finding for one ad account.
     *
     * @param spool the account's events in the spool
     */
    public static Finding of(String adAccount, Backlog spool) {
        if (spool.dead() > 0) {
            return Finding.fail(
                    CHECK,
                    spool.dead() + " dead letters of ad account " + adAccount
                            + ", which the database rejects: \"epik outbox SPOOL dead\" lists the reasons");
        }
        Duration oldest = spool.oldest().orElse(Duration.ZERO);
        String message = spool.waiting() + " events of ad account " + adAccount + ", the oldest for "
                + oldest.toMinutes() + " min";
        return oldest.compareTo(SpooledOutbox.OVERDUE) > 0
                ? Finding.fail(
                        CHECK,
                        message
                                + ": check that the application runs and can reach its database; its log has the reason")
                : Finding.warn(CHECK, message + ": they are moved to the database as soon as it is available");
    }

    /** Returns the finding for an empty spool. */
    public static Finding empty() {
        return Finding.ok(CHECK, "empty");
    }
}
