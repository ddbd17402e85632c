// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The share of the application's events that have each match key. Immutable.
 *
 * @param source which events were counted, for people
 * @param events their number
 * @param withKey the number of events that have the key, by Pinterest's name of the key in an event
 */
public record OwnCoverage(String source, long events, Map<String, Long> withKey) {
    /** The names of match keys in an event, by Pinterest's name of the component in a score. */
    private static final Map<String, String> KEYS = Map.of(
            "click_id_epik", "click_id",
            "hashed_email", "em",
            "hashed_maid", "hashed_maids",
            "advertiser_external_id", "external_id",
            "ip_address", "client_ip_address",
            "user_agent", "client_user_agent");

    /** A line of the Prometheus text format: name, labels, value. */
    private static final Pattern SAMPLE = Pattern.compile("^(epik_\\w+)\\{([^}]*)}\\s+([0-9.eE+]+)");

    private static final Pattern KEY_LABEL = Pattern.compile("(?:^|,)\\s*key=\"([^\"]*)\"");

    public OwnCoverage {
        withKey = Map.copyOf(withKey);
    }

    /**
     * Reads the meters of an application, a page in the Prometheus text format.
     *
     * @return empty if it has no stored events
     */
    public static Optional<OwnCoverage> ofMetrics(Collection<String> lines) {
        double stored = 0;
        Map<String, Long> withKey = new HashMap<>();
        for (String line : lines) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.find()) {
                continue;
            }
            double value = number(sample.group(3));
            Matcher key = KEY_LABEL.matcher(sample.group(2));
            if (sample.group(1).equals("epik_events_total") && sample.group(2).contains("result=\"stored\"")) {
                stored += value;
            } else if (sample.group(1).equals("epik_match_keys_total") && key.find()) {
                withKey.merge(key.group(1), (long) value, Long::sum);
            }
        }
        String source = "events that this application stored since it started, all ad accounts together";
        return stored < 1 ? Optional.empty() : Optional.of(new OwnCoverage(source, (long) stored, withKey));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns the percentage of events with this component of a score; empty if the component is no match key. */
    public Optional<String> percent(String component) {
        return Optional.ofNullable(KEYS.get(component)).map(this::percentOfKey);
    }

    /** Returns the percentage for each match key that an event had, by Pinterest's name of the key in an event. */
    public Map<String, String> percents() {
        Map<String, String> percents = new TreeMap<>();
        withKey.keySet().forEach(key -> percents.put(key, percentOfKey(key)));
        return percents;
    }

    private String percentOfKey(String key) {
        return String.format(Locale.ROOT, "%.1f", 100.0 * withKey.getOrDefault(key, 0L) / Math.max(1, events));
    }
}
