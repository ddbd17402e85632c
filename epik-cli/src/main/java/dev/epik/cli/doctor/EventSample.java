// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.SeenIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the problems of an application's events and sums them up by check. Its memory is bounded for any number of
 * events. Not thread-safe.
 */
public final class EventSample {
    private static final List<String> CHECKS =
            List.of("event names", "event ids", "click id", "match keys", "amounts", "time", "other fields", "lines");

    /** The limit of different messages per check. */
    private static final int MAX_MESSAGES = 5;

    private record Count(boolean error, long events, long firstLine) {}

    private final SeenIds ids = new SeenIds();
    private long sharedIds;
    private long unreadable;

    private final Map<String, Map<String, Count>> counts = new LinkedHashMap<>();
    private final Map<String, Long> withKey = new HashMap<>();
    private long events;

    /**
     * Adds an event.
     *
     * @param line the line of the file on which the event begins
     */
    public void add(RawEvent raw, long line) {
        events++;
        raw.event().matchKeys().forEach(key -> withKey.merge(key, 1L, Long::sum));
        unreadable += raw.event().name().isEmpty() && raw.event().id().isEmpty() ? 1 : 0;
        sharedIds += ids.isRepeated(raw) ? 1 : 0;
        raw.problems().stream().distinct().forEach(problem -> count(problem, line));
    }

    private void count(Problem problem, long line) {
        Map<String, Count> ofCheck = counts.computeIfAbsent(check(problem.field()), check -> new LinkedHashMap<>());
        String field = problem.field().replaceAll("\\[\\d+]", "[]");
        String message = (field.isEmpty() ? "" : field + " ") + problem.message();
        Count before = ofCheck.getOrDefault(message, new Count(problem.isError(), 0, line));
        if (before.events() > 0 || ofCheck.size() < MAX_MESSAGES) {
            ofCheck.put(message, new Count(before.error(), before.events() + 1, before.firstLine()));
        } else {
            ofCheck.merge("other problems", new Count(problem.isError(), 1, line), EventSample::both);
        }
    }

    private static Count both(Count one, Count other) {
        return new Count(one.error() || other.error(), one.events() + other.events(), one.firstLine());
    }

    private static String check(String field) {
        return switch (field.replaceAll("^items\\[\\d+]\\.price$", "value")) {
            case "" -> "lines";
            case "event_name" -> "event names";
            case "event_id" -> "event ids";
            case "user.click_id" -> "click id";
            case "value", "currency" -> "amounts";
            case "event_time" -> "time";
            default -> field.startsWith("user") ? "match keys" : "other fields";
        };
    }

    /** Returns the share of readable events with each match key; empty if there is none. */
    public Optional<OwnCoverage> coverage() {
        return events == unreadable
                ? Optional.empty()
                : Optional.of(new OwnCoverage("events of the file", events - unreadable, withKey));
    }

    /** Returns the findings so far. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (events == 0) {
            findings.add(Finding.skip("events", "the file has no events"));
            return findings;
        }
        if (sharedIds > 0) {
            findings.add(Finding.fail(
                    "event ids",
                    sharedIds + " of " + events
                            + ": event_id repeats that of an earlier event with the same name; Pinterest counts"
                            + " them once: use a unique id, such as the order number"));
        }
        for (String check : CHECKS) {
            Map<String, Count> ofCheck = counts.getOrDefault(check, Map.of());
            boolean shared = check.equals("event ids") && sharedIds > 0;
            if (events > unreadable
                    && ofCheck.isEmpty()
                    && !shared
                    && !check.equals("lines")
                    && !check.equals("other fields")) {
                findings.add(Finding.ok(check, "OK in all " + (events - unreadable) + " readable events"));
            }
            ofCheck.forEach((message, count) -> {
                String share =
                        count.events() + " of " + events + ", first on line " + count.firstLine() + ": " + message;
                findings.add(count.error() ? Finding.fail(check, share) : Finding.warn(check, share));
            });
        }
        return findings;
    }
}
