// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the data by which Pinterest can match an event to a person. Pure functions of the sent event. */
final class MatchKeys {
    private static final Map<String, List<String>> LABELS = labels();

    private MatchKeys() {}

    /** The number of events with a match key, and of all events. */
    record Share(int with, int of) {}

    /** Returns the labels of an event's match keys. */
    static List<String> of(JsonNode event) {
        List<String> found = new ArrayList<>();
        LABELS.forEach((label, keys) -> {
            if (has(event, keys)) {
                found.add(label);
            }
        });
        return found;
    }

    /** Returns for each match key how many of the events have it. */
    static Map<String, Share> coverage(List<JsonNode> events) {
        Map<String, Share> shares = new LinkedHashMap<>();
        LABELS.forEach((label, keys) -> {
            int with = (int) events.stream().filter(event -> has(event, keys)).count();
            shares.put(label, new Share(with, events.size()));
        });
        return shares;
    }

    /** Returns whether an event has all keys. */
    private static boolean has(JsonNode event, List<String> keys) {
        return keys.stream().allMatch(key -> event.path("user_data").has(key));
    }

    private static Map<String, List<String>> labels() {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        labels.put("Click id", List.of("click_id"));
        labels.put("Email", List.of("em"));
        labels.put("Phone", List.of("ph"));
        labels.put("Full name", List.of("fn", "ln"));
        labels.put("City and postal code", List.of("ct", "zp"));
        labels.put("Country", List.of("country"));
        labels.put("IP and user agent", List.of("client_ip_address", "client_user_agent"));
        return labels;
    }
}
