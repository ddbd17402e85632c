// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.boot.EpikHealthProperties.Trouble;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The health of a client: a pure function of what the client has in memory.
 *
 * @param isDown whether there is a trouble that the application wants to be DOWN for
 * @param details the state, without personal data and without tokens
 */
record HealthReport(boolean isDown, Map<String, Object> details) {

    /** Reads the client without I/O. */
    static HealthReport of(EpikClient client, Deployment deployment, Set<Trouble> downOn) {
        return of(client.recentStats(), client.recentFailure(), client.activity(), deployment, downOn);
    }

    static HealthReport of(
            Optional<DeliveryStats> stats,
            Optional<String> failure,
            EpikClient.Activity activity,
            Deployment deployment,
            Set<Trouble> downOn) {
        Set<Trouble> troubles = EnumSet.noneOf(Trouble.class);
        if (stats.isEmpty() || activity.isStorageFailing()) {
            troubles.add(Trouble.STORAGE);
        }
        if (activity.isAccountRefused()) {
            troubles.add(Trouble.RECONNECT);
        }
        Map<String, Object> details = new LinkedHashMap<>(deployment.details());
        stats.ifPresent(known -> details.putAll(StatsReport.of(known)));
        failure.ifPresent(reason -> details.put("storage", reason));
        details.putAll(StatsReport.of(activity));
        if (!troubles.isEmpty()) {
            details.put(
                    "trouble",
                    troubles.stream()
                            .map(each -> each.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")));
        }
        return new HealthReport(troubles.stream().anyMatch(downOn::contains), details);
    }
}
