// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides whether something has the values with which it may spend money. Pure functions. */
final class Confirmation {
    /** The fields that decide how much is spent. Others may be stored in another form than they were sent. */
    private static final Set<String> FIELDS = Set.of(
            "status",
            "daily_budget",
            "lifetime_budget",
            "bid",
            "end",
            "include",
            "exclude",
            "locations",
            "interests",
            "auto_targeting");

    private Confirmation() {}

    /** Returns the values that decide how much is spent. */
    static Map<String, Object> of(Map<String, Object> values) {
        Map<String, Object> some = new LinkedHashMap<>(values);
        some.keySet().retainAll(FIELDS);
        return some;
    }

    /** Returns which values are different now, in words; empty if none is. */
    static List<String> differences(Map<String, Object> wanted, Map<String, Object> now) {
        List<String> differences = new ArrayList<>();
        wanted.forEach((field, value) -> {
            if (!Differences.isSame(value, now.get(field))) {
                differences.add(field + " is " + now.getOrDefault(field, "not set") + ", not " + value);
            }
        });
        return differences;
    }
}
