// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The state of delivery as names and values that are written as JSON. Pure functions. */
final class StatsReport {
    private StatsReport() {}

    /** Returns the values that are known. */
    static Map<String, Object> of(DeliveryStats stats) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("waiting", stats.waiting());
        values.put("dead", stats.dead());
        put(values, "oldest", stats.oldest());
        put(values, "overdue", stats.overdue());
        if (stats.spooled() > 0) {
            values.put("spooled", stats.spooled());
        }
        if (stats.booksDifference() != 0) {
            values.put("booksDifference", stats.booksDifference());
        }
        if (!stats.pauseReason().isEmpty()) {
            values.put("paused", stats.pauseReason());
        }
        put(values, "pausedUntil", stats.pausedUntil());
        return values;
    }

    /** Returns the values that are known. */
    static Map<String, Object> of(EpikClient.Activity activity) {
        Map<String, Object> values = new LinkedHashMap<>();
        put(values, "lastAccepted", activity.lastAccepted());
        put(values, "silentFor", activity.silentFor());
        put(values, "clickIdCoverage", activity.clickIdCoverage());
        put(values, "clickIdCoverageOfWeek", activity.clickIdCoverageOfWeek());
        if (activity.hasClickIdCoverageFallen()) {
            values.put("clickIdCoverageHasFallen", true);
        }
        return values;
    }

    private static void put(Map<String, Object> values, String name, Optional<?> value) {
        value.ifPresent(known -> values.put(name, known.toString()));
    }

    private static void put(Map<String, Object> values, String name, OptionalDouble value) {
        value.ifPresent(known -> values.put(name, known));
    }
}
