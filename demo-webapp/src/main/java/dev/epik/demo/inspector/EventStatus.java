// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.capi.Outcome;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.Visit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The status of an event, from the result of {@code submit} and Pinterest's response. Pure functions.
 *
 * @param level {@code good}, {@code warn}, {@code bad}, {@code wait} or {@code off}
 * @param cure the cure or explanation; empty if none is needed
 */
record EventStatus(String level, String title, String cure) {
    /**
     * Returns the status.
     *
     * @param result the result of {@code submit}; empty if an earlier run stored the event
     * @param pause the reason why nothing is being sent; empty if there is none
     */
    static EventStatus of(Optional<SubmitResult> result, Visit visit, Optional<Outcome> outcome, String pause) {
        return result.flatMap(known -> withoutPinterest(known, visit))
                .orElseGet(() -> outcome.map(known -> of(known, result))
                        .orElseGet(() -> pause.isEmpty()
                                ? new EventStatus("wait", "Stored, not sent yet", "")
                                : new EventStatus("wait", "Waiting", pause)));
    }

    /** Returns the status of an event that is not sent; otherwise empty. */
    private static Optional<EventStatus> withoutPinterest(SubmitResult result, Visit visit) {
        if (result instanceof SubmitResult.NoConsent notSent) {
            return Optional.of(
                    visit.consent() == Visit.Consent.DENIED
                            ? new EventStatus(
                                    "off", "Not sent: consent denied", "This is intended: " + notSent.reason() + ".")
                            : new EventStatus(
                                    "off",
                                    "Not sent: no consent yet",
                                    "Nothing is sent before the visitor consents: " + notSent.reason() + "."));
        }
        if (result instanceof SubmitResult.Invalid invalid) {
            return Optional.of(new EventStatus("bad", "Invalid, not sent", sentences(invalid.problems())));
        }
        if (result instanceof SubmitResult.Failed failed) {
            return Optional.of(new EventStatus("bad", "Not stored", failed.cause()));
        }
        if (result instanceof SubmitResult.Duplicate before && before.isDead()) {
            return Optional.of(new EventStatus(
                    "bad",
                    "Dead letter",
                    "Pinterest rejected this event before. It is not sent again until it is redriven."));
        }
        if (result instanceof SubmitResult.Duplicate) {
            return Optional.of(new EventStatus(
                    "off", "Duplicate", "This is intended: the event is already stored and is sent once."));
        }
        return Optional.empty();
    }

    private static EventStatus of(Outcome outcome, Optional<SubmitResult> result) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return new EventStatus("bad", "Rejected by Pinterest", rejected.reason());
        }
        if (outcome instanceof Outcome.Postponed postponed) {
            return new EventStatus("wait", "Waiting", postponed.reason());
        }
        String warning = outcome instanceof Outcome.Accepted accepted ? accepted.warning() : "";
        List<Problem> warnings = result.orElse(null) instanceof SubmitResult.Stored stored
                ? stored.warnings().stream().filter(EventStatus::isRelevant).toList()
                : List.of();
        if (warning.isEmpty() && warnings.isEmpty()) {
            return new EventStatus("good", "Accepted", "");
        }
        String cure = sentences(warnings) + (warning.isEmpty() ? "" : " Pinterest's warning: " + warning + ".");
        return new EventStatus("warn", "Accepted, matching can be improved", cure.strip());
    }

    /**
     * Returns whether to show a warning. The visitors of a demo have local addresses, so the warning of a private IP
     * address would appear for every event and hide the others. The disadvantage: a demo behind a proxy does not warn
     * that it sees the proxy's address.
     */
    private static boolean isRelevant(Problem problem) {
        return !problem.field().equals("ip");
    }

    private static String sentences(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem + ".")
                .collect(Collectors.joining(" "))
                .replace("..", ".");
    }
}
