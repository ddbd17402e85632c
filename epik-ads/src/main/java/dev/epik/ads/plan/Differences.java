// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares what a file wants with what is there, and with what was applied last. Immutable.
 *
 * @param set the fields that have to be written
 * @param changes them for people
 * @param drift the fields that were changed at Pinterest since the last apply, in words
 * @param refusals the fields that cannot be changed
 */
record Differences(Map<String, Object> set, List<FieldChange> changes, List<String> drift, List<String> refusals) {
    private static final List<String> FIXED = List.of(
            "objective", "budget_on_ad_groups", "performance_plus", "billable_event", "pin_id", "creative_type");

    /** Compares the fields that the file has, and no others. */
    static Differences of(Map<String, Object> wanted, Actual actual, State state, ValueText text) {
        Map<String, Object> set = new LinkedHashMap<>();
        List<FieldChange> changes = new ArrayList<>();
        List<String> drift = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Map.Entry<String, Object> field : wanted.entrySet()) {
            String name = field.getKey();
            Object now = actual.values().get(name);
            if (isSame(field.getValue(), now)) {
                continue;
            }
            String before = text.of(name, now);
            String after = text.of(name, field.getValue());
            if (FIXED.contains(name)) {
                refusals.add(name + " cannot be changed from " + (before.isEmpty() ? "nothing" : before) + " to "
                        + after + ": create a new one");
                continue;
            }
            List<Object> known = state.known(actual.id(), name);
            boolean isDrift = !known.isEmpty()
                    && known.stream().noneMatch(each -> isSame(each, now) || (now == null && each.equals("")));
            Optional<String> last = isDrift ? Optional.of(text.of(name, known.get(0))) : Optional.empty();
            last.ifPresent(value -> drift.add(name + ": last applied " + value + ", now "
                    + (before.isEmpty() ? "nothing" : before) + ", wanted " + after));
            set.put(name, field.getValue());
            changes.add(new FieldChange(name, before, after, last));
        }
        replaced(set, actual, "daily_budget", "lifetime_budget", changes, text);
        replaced(set, actual, "lifetime_budget", "daily_budget", changes, text);
        for (String field : List.of("conversion_event", "conversion_tag")) { // one object for Pinterest
            if (set.containsKey("conversion_event") || set.containsKey("conversion_tag")) {
                set.put(field, Objects.requireNonNull(wanted.get(field)));
            }
        }
        return new Differences(set, changes, drift, refusals);
    }

    static boolean isSame(Object wanted, @org.jspecify.annotations.Nullable Object now) {
        return wanted.equals(now) || (wanted instanceof List<?> list && list.isEmpty() && now == null);
    }

    /** Shows that one budget replaces the other. */
    private static void replaced(
            Map<String, Object> set,
            Actual actual,
            String budget,
            String other,
            List<FieldChange> changes,
            ValueText text) {
        if (set.containsKey(budget) && actual.values().containsKey(other)) {
            changes.add(new FieldChange(other, text.of(other, actual.values().get(other)), "", Optional.empty()));
        }
    }
}
