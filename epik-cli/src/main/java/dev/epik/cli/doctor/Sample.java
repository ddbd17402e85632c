// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.SeenIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a shop's own events have in common, good and bad. Bounded, however many they are. Not for several threads. */
public final class Sample {
    private static final List<String> CHECKS =
            List.of("event names", "event ids", "click id", "match keys", "money", "time", "other fields", "lines");

    /** Of different things said about one check. */
    private static final int MOST = 5;

    private record Count(boolean refused, long events, long firstLine) {}

    private final SeenIds ids = new SeenIds();
    private long sharedIds;
    private long unreadable;

    private final Map<String, Map<String, Count>> said = new LinkedHashMap<>();
    private long events;

    /**
     * Adds an event.
     *
     * @param line of the file, on which the event begins
     */
    public void add(RawEvent raw, long line) {
        events++;
        unreadable += raw.event().name().isEmpty() && raw.event().id().isEmpty() ? 1 : 0;
        sharedIds += ids.isRepeated(raw) ? 1 : 0;
        raw.problems().stream().distinct().forEach(problem -> count(problem, line));
    }

    private void count(Problem problem, long line) {
        Map<String, Count> ofCheck = said.computeIfAbsent(check(problem.field()), check -> new LinkedHashMap<>());
        String field = problem.field().replaceAll("\\[\\d+]", "[]");
        String says = (field.isEmpty() ? "" : field + " ") + problem.message();
        Count before = ofCheck.getOrDefault(says, new Count(problem.isError(), 0, line));
        if (before.events() > 0 || ofCheck.size() < MOST) {
            ofCheck.put(says, new Count(before.refused(), before.events() + 1, before.firstLine()));
        } else {
            ofCheck.merge("and more of other kinds", new Count(problem.isError(), 1, line), Sample::both);
        }
    }

    private static Count both(Count one, Count other) {
        return new Count(one.refused() || other.refused(), one.events() + other.events(), one.firstLine());
    }

    private static String check(String field) {
        return switch (field.replaceAll("^items\\[\\d+]\\.price$", "value")) {
            case "" -> "lines";
            case "event_name" -> "event names";
            case "event_id" -> "event ids";
            case "user.click_id" -> "click id";
            case "value", "currency" -> "money";
            case "event_time" -> "time";
            default -> field.startsWith("user") ? "match keys" : "other fields";
        };
    }

    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (events == 0) {
            findings.add(Finding.skip("events", "there was none in the file"));
            return findings;
        }
        if (sharedIds > 0) {
            findings.add(Finding.fail(
                    "event ids",
                    sharedIds + " of " + events
                            + ": event_id is another event's of the same name, and such count as one:"
                            + " give each sale its own, such as the order number"));
        }
        for (String check : CHECKS) {
            Map<String, Count> ofCheck = said.getOrDefault(check, Map.of());
            boolean shared = check.equals("event ids") && sharedIds > 0;
            if (events > unreadable
                    && ofCheck.isEmpty()
                    && !shared
                    && !check.equals("lines")
                    && !check.equals("other fields")) {
                findings.add(
                        Finding.ok(check, "are well in all " + (events - unreadable) + " events that can be read"));
            }
            ofCheck.forEach((says, count) -> {
                String share = count.events() + " of " + events + ", first on line " + count.firstLine() + ": " + says;
                findings.add(count.refused() ? Finding.fail(check, share) : Finding.warn(check, share));
            });
        }
        return findings;
    }
}
