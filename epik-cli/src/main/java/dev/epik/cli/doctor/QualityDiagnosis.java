// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Derives findings from Pinterest's event quality scores, and sets our own coverage beside them. Pure functions. */
public final class QualityDiagnosis {
    private static final String CHECK = "quality";

    private QualityDiagnosis() {}

    /** Returns the scores of an answer; none if it is an error. */
    public static List<EventQuality> scores(Answer answer) {
        return EventQuality.read(answer).orElse(List.of());
    }

    /** Returns a finding for each score and each issue. */
    public static List<Finding> of(Answer answer) {
        Optional<List<EventQuality>> scores = EventQuality.read(answer);
        if (scores.isEmpty()) {
            return List.of(Finding.skip(CHECK, "not read: " + answer.problem()));
        }
        if (scores.get().isEmpty()) {
            return List.of(Finding.skip(CHECK, "Pinterest has no score of this ad account yet"));
        }
        List<Finding> findings = new ArrayList<>();
        for (EventQuality score : scores.get()) {
            String message = score.label() + ": " + score.status();
            findings.add(
                    score.status().equals("NEEDS_IMPROVEMENT")
                            ? Finding.warn(CHECK, message + ": its coverage shows what few events have")
                            : Finding.ok(CHECK, message));
            score.issues().forEach(issue -> findings.add(Finding.warn(CHECK, score.label() + ": " + issue)));
        }
        return findings;
    }

    /** Returns the table of coverages, for people. */
    public static List<String> table(List<EventQuality> scores, Optional<OwnCoverage> own) {
        List<String> lines = new ArrayList<>();
        for (EventQuality score : scores) {
            lines.add("Coverage in percent, " + score.label() + ":");
            Map<String, List<EventQuality.Coverage>> byComponent = score.coverages().stream()
                    .collect(Collectors.groupingBy(
                            EventQuality.Coverage::component, LinkedHashMap::new, Collectors.toList()));
            byComponent.forEach((component, coverages) -> lines.add(String.format(
                    Locale.ROOT,
                    "  %-22s  yours %5s  Pinterest's %s",
                    component,
                    own.flatMap(ours -> ours.percent(component)).orElse("-"),
                    coverages.stream()
                            .map(each -> each.event() + " " + each.percent())
                            .collect(Collectors.joining(", ")))));
        }
        own.ifPresent(ours -> lines.add(
                String.format(Locale.ROOT, "\"Yours\" is the share of %,d %s. It has:", ours.events(), ours.source())
                        + ours.percents().entrySet().stream()
                                .map(each -> " " + each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining(","))));
        if (own.isEmpty()) {
            lines.add("\"Yours\" is not known: name the meters of your application with --metrics, or a FILE of raw"
                    + " events. An outbox does not keep what delivered events had.");
        }
        return lines;
    }
}
