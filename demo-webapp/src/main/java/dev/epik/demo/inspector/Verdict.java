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
 * What to say of one event: a pure function of the shop's answer and Pinterest's.
 *
 * @param level {@code good}, {@code warn}, {@code bad}, {@code wait} or {@code off}
 * @param cure what to do; empty where there is nothing to be done
 */
record Verdict(String level, String title, String cure) {
    /**
     * The verdict.
     *
     * @param answer empty: an earlier run had it, and stored the event
     * @param pause why nothing is sent; empty where that is not so
     */
    static Verdict of(Optional<SubmitResult> answer, Visit visit, Optional<Outcome> outcome, String pause) {
        return answer.flatMap(known -> withoutPinterest(known, visit))
                .orElseGet(() -> outcome.map(known -> of(known, answer))
                        .orElseGet(() -> pause.isEmpty()
                                ? new Verdict("wait", "Stored, about to be sent", "")
                                : new Verdict("wait", "Waiting, and not lost", pause)));
    }

    /** Where Pinterest is not asked. */
    private static Optional<Verdict> withoutPinterest(SubmitResult answer, Visit visit) {
        if (answer instanceof SubmitResult.NoConsent notSent) {
            return Optional.of(
                    visit.consent() == Visit.Consent.DENIED
                            ? new Verdict(
                                    "off", "Not sent: consent denied", "Nothing to mend: " + notSent.reason() + ".")
                            : new Verdict(
                                    "off",
                                    "Not sent: no consent yet",
                                    "Nothing goes before a yes: " + notSent.reason() + "."));
        }
        if (answer instanceof SubmitResult.Invalid refused) {
            return Optional.of(new Verdict("bad", "Refused before sending", sentences(refused.problems())));
        }
        if (answer instanceof SubmitResult.Failed notStored) {
            return Optional.of(new Verdict("bad", "Not stored", notStored.cause()));
        }
        if (answer instanceof SubmitResult.Duplicate before && before.isDead()) {
            return Optional.of(new Verdict(
                    "bad",
                    "A dead letter",
                    "Pinterest rejected this event before, and it is not sent again until it is redriven."));
        }
        if (answer instanceof SubmitResult.Duplicate) {
            return Optional.of(new Verdict(
                    "off", "The same event again", "Nothing to mend: it was stored before and is sent once."));
        }
        return Optional.empty();
    }

    private static Verdict of(Outcome outcome, Optional<SubmitResult> answer) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return new Verdict("bad", "Rejected by Pinterest", rejected.reason());
        }
        if (outcome instanceof Outcome.Postponed postponed) {
            return new Verdict("wait", "Waiting, and not lost", postponed.reason());
        }
        String said = outcome instanceof Outcome.Accepted accepted ? accepted.warning() : "";
        List<Problem> warnings = answer.orElse(null) instanceof SubmitResult.Stored stored
                ? stored.warnings().stream().filter(Verdict::isTheShops).toList()
                : List.of();
        if (said.isEmpty() && warnings.isEmpty()) {
            return new Verdict("good", "Accepted", "");
        }
        String cure = sentences(warnings) + (said.isEmpty() ? "" : " Pinterest says: " + said + ".");
        return new Verdict("warn", "Accepted, could match better", cure.strip());
    }

    /**
     * The visitors of a demonstration are on its own machine or in its own network, so the warning of such an address would stand at
     * every event and hide the others. The price: a demonstration behind a proxy does not say that it takes the proxy's address.
     */
    private static boolean isTheShops(Problem warning) {
        return !warning.field().equals("ip");
    }

    private static String sentences(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem + ".")
                .collect(Collectors.joining(" "))
                .replace("..", ".");
    }
}
