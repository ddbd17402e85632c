// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Derives findings from the events in an outbox. Pure functions. */
public final class OutboxDiagnosis {
    /** An event that waits longer has missed the hour in which Pinterest counts it as a web event. */
    static final Duration MAX_AGE = Duration.ofHours(1);

    private static final String CHECK = "outbox";

    private OutboxDiagnosis() {}

    /**
     * Returns the findings for one ad account.
     *
     * @param outbox the place of the outbox, for the cure
     */
    public static List<Finding> of(String adAccount, Backlog backlog, Optional<Peek.Pause> pause, String outbox) {
        List<Finding> findings = new ArrayList<>();
        String of = " of ad account " + adAccount;
        if (backlog.dead() > 0) {
            findings.add(Finding.fail(
                    CHECK,
                    backlog.dead() + " dead letters" + of + " are not sent: \"epik outbox " + outbox
                            + " dead\" lists the reasons; once the cause is corrected, \"redrive\" makes them wait"
                            + " again"));
        }
        if (pause.isPresent()) {
            findings.add(Finding.fail(
                    CHECK,
                    "delivery" + of + " pauses, " + backlog.waiting() + " events wait: "
                            + pause.get().reason()));
        } else if (backlog.oldest().filter(age -> age.compareTo(MAX_AGE) > 0).isPresent()) {
            findings.add(Finding.fail(
                    CHECK,
                    backlog.waiting() + " events" + of + " wait, the oldest for "
                            + backlog.oldest().get().toMinutes()
                            + " min: check that the application runs and that its client was opened with this outbox;"
                            + " its log has the reason"));
        } else if (backlog.waiting() > 0) {
            findings.add(Finding.ok(CHECK, backlog.waiting() + " events" + of + " wait, none for over an hour"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(CHECK, "nothing waits" + of));
        }
        return findings;
    }

    /** Returns one finding if the books do not balance; none if they do. */
    public static List<Finding> ofBooks(List<BooksDifference> differences, String outbox) {
        return differences.isEmpty()
                ? List.of()
                : List.of(Finding.fail(
                        CHECK,
                        "the books do not balance in " + differences.size() + " hours: \"epik outbox " + outbox
                                + " verify\" shows them; were rows deleted by hand?"));
    }

    /** Returns the finding for an empty outbox. */
    public static Finding empty() {
        return Finding.warn(
                CHECK, "empty: no event was ever stored in it. Does the application submit to this outbox?");
    }
}
