// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pinterest's event quality score for the events of one source and platform. Texts are kept as they are sent, so that
 * values that are new at Pinterest are shown too. Immutable.
 *
 * @param source such as {@code CONVERSIONS_API}
 * @param platform such as {@code WEB}
 * @param lookback such as {@code 14d}
 * @param status such as {@code NEEDS_IMPROVEMENT}
 * @param coverages by component and event
 * @param issues each for one component and event, for people
 */
public record EventQuality(
        String source, String platform, String lookback, String status, List<Coverage> coverages, List<String> issues) {

    /**
     * The share of events that have a component.
     *
     * @param component such as {@code hashed_email}
     * @param event such as {@code CHECKOUT}
     * @param percent as Pinterest sends it
     */
    public record Coverage(String component, String event, String percent) {}

    /** Reads Pinterest's answer; empty if it is an error or is not readable. */
    static Optional<List<EventQuality>> read(Answer answer) {
        return answer.json()
                .filter(List.class::isInstance)
                .map(scores ->
                        Answer.objects(scores).stream().map(EventQuality::of).toList());
    }

    /** Returns a name for people, such as {@code CONVERSIONS_API, WEB, 14d}. */
    public String label() {
        return source + ", " + platform + ", " + lookback;
    }

    private static EventQuality of(Map<?, ?> score) {
        List<Coverage> coverages = new ArrayList<>();
        List<String> issues = new ArrayList<>();
        if (score.get("quality_components") instanceof Map<?, ?> components) {
            components.forEach((component, events) -> {
                if (events instanceof Map<?, ?> byEvent) {
                    byEvent.forEach((event, details) ->
                            add(component.toString(), event.toString(), details, coverages, issues));
                }
            });
        }
        return new EventQuality(
                Answer.words(score, "ingestion_source"),
                Answer.words(score, "source_platform"),
                Answer.words(score, "lookback_period"),
                Answer.words(score, "overall_status"),
                coverages,
                issues);
    }

    private static void add(
            String rawComponent, String rawEvent, Object details, List<Coverage> coverages, List<String> issues) {
        if (!(details instanceof Map<?, ?> map)) {
            return;
        }
        String component = Answer.words(rawComponent);
        String event = Answer.words(rawEvent);
        if (map.get("coverage") instanceof BigDecimal percent) {
            // toPlainString writes a zero for each unit of the exponent
            coverages.add(new Coverage(component, event, Answer.words(percent.toString())));
        }
        Object listed = map.get("issues");
        for (Map<?, ?> issue : listed == null ? List.<Map<?, ?>>of() : Answer.objects(listed)) {
            issues.add(component + " of " + event + ": " + Answer.words(issue, "name") + ": "
                    + Answer.words(issue, "reason"));
        }
    }
}
