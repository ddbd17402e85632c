// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules that hold for campaigns, ad groups and ads alike. */
final class CommonRules {
    private static final int MAX_NAME = 255; // OpenAPI 5.28.0

    private CommonRules() {}

    /** Returns the body that changes an entity: its id and the changed fields. */
    static Map<String, @Nullable Object> changeBody(Fields current, Map<String, ? extends @Nullable Object> change) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", current.text("id").orElse(""));
        body.putAll(change);
        return body;
    }

    static void name(Fields merged, List<Violation> violations) {
        String name = merged.text("name").orElse("");
        if (name.isBlank()) {
            violations.add(Violation.of("name", "is missing: give one that is unique in the ad account"));
        } else if (name.length() > MAX_NAME) {
            violations.add(Violation.of("name", "has " + name.length() + " characters: at most 255 are possible"));
        }
    }

    /** Checks start and end of what would be there, if the change touches one of them. */
    static void dates(
            Fields merged, Map<String, ? extends @Nullable Object> change, Instant now, List<Violation> violations) {
        if (!change.containsKey("start_time") && !change.containsKey("end_time")) {
            return;
        }
        long start = merged.number("start_time").orElse(0);
        long end = merged.number("end_time").orElse(0);
        if (end <= 0) {
            return; // open-ended
        }
        if (start > 0 && end <= start) {
            violations.add(Violation.of(
                    "end_time",
                    "is not after the start: " + Instant.ofEpochSecond(start) + " to " + Instant.ofEpochSecond(end)));
        } else if (change.containsKey("end_time") && end <= now.getEpochSecond()) {
            violations.add(Violation.of(
                    "end_time", "is in the past: " + Instant.ofEpochSecond(end) + ". To stop it, pause it"));
        }
    }

    /** Checks that a change leaves fields alone that only drafts may change. */
    static void fixed(
            Fields current,
            Map<String, ? extends @Nullable Object> change,
            List<String> fields,
            List<Violation> violations) {
        if (current.is("status", "DRAFT")) {
            return;
        }
        for (String field : fields) {
            if (change.containsKey(field)
                    && current.has(field)
                    && !String.valueOf(change.get(field))
                            .equals(String.valueOf(current.json().get(field)))) {
                violations.add(Violation.of(
                        field,
                        "cannot be changed from " + current.json().get(field) + " to " + change.get(field)
                                + ": create a new one"));
            }
        }
    }
}
