// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
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

    private record Count(boolean refused, long events) {}

    private final Map<String, Map<String, Count>> said = new LinkedHashMap<>();
    private long events;

    public void add(RawEvent raw) {
        events++;
        raw.problems().stream().distinct().forEach(this::count);
    }

    private void count(Problem problem) {
        Map<String, Count> ofCheck = said.computeIfAbsent(check(problem.field()), check -> new LinkedHashMap<>());
        String field = problem.field().replaceAll("\\[\\d+]", "[]");
        String says = (field.isEmpty() ? "" : field + " ") + problem.message();
        Count before = ofCheck.getOrDefault(says, new Count(problem.isRefusal(), 0));
        if (before.events() > 0 || ofCheck.size() < MOST) {
            ofCheck.put(says, new Count(before.refused(), before.events() + 1));
        } else {
            ofCheck.merge("and more of other kinds", new Count(problem.isRefusal(), 1), Sample::both);
        }
    }

    private static Count both(Count one, Count other) {
        return new Count(one.refused() || other.refused(), one.events() + other.events());
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
        for (String check : CHECKS) {
            Map<String, Count> ofCheck = said.getOrDefault(check, Map.of());
            if (ofCheck.isEmpty() && !check.equals("lines") && !check.equals("other fields")) {
                findings.add(Finding.ok(check, "are well in all " + events + " events"));
            }
            ofCheck.forEach((says, count) -> {
                String share = count.events() + " of " + events + ": " + says;
                findings.add(count.refused() ? Finding.fail(check, share) : Finding.warn(check, share));
            });
        }
        return findings;
    }
}
