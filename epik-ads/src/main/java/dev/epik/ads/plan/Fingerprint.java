// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A hash of each entity that a plan has read. A saved plan stops if one of them differs. Pure functions.
 *
 * @param hashes by id
 */
record Fingerprint(Map<String, String> hashes) {
    /** The fields that Pinterest changes by itself. */
    private static final Set<String> IGNORED = Set.of(
            "updated_time",
            "updated_timestamp",
            "summary_status",
            "review_status",
            "rejected_reasons",
            "rejection_labels",
            "size",
            "learning_mode_type");

    private static final int LENGTH = 16;

    static Fingerprint of(Snapshot snapshot) {
        Map<String, String> hashes = new TreeMap<>();
        for (PlanKind kind : PlanKind.values()) {
            for (Actual actual : snapshot.of(kind)) {
                TreeMap<String, Object> fields = sorted(actual.fields().json());
                if (kind == PlanKind.AUDIENCE) {
                    fields.remove("status"); // its state
                }
                hashes.put(actual.id(), hash(Json.write(fields)));
            }
        }
        return new Fingerprint(hashes);
    }

    /** Returns a hash of the whole, with the text of the plan. */
    String whole(String planText) {
        return hash(planText + "\n" + Json.write(hashes));
    }

    /**
     * Returns the ids that are not as they were, or were not there, or are gone.
     *
     * @param own the ids that the plan itself has changed or created
     */
    List<String> moved(Fingerprint now, Set<String> own) {
        List<String> moved = new ArrayList<>();
        hashes.forEach((id, hash) -> {
            if (!own.contains(id) && !hash.equals(now.hashes.get(id))) {
                moved.add(id);
            }
        });
        now.hashes.keySet().stream()
                .filter(id -> !own.contains(id) && !hashes.containsKey(id))
                .forEach(moved::add);
        return moved;
    }

    private static TreeMap<String, Object> sorted(Map<?, ?> fields) {
        TreeMap<String, Object> sorted = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (value != null && !IGNORED.contains(name.toString())) {
                sorted.put(name.toString(), value instanceof Map<?, ?> map ? sorted(map) : value);
            }
        });
        return sorted;
    }

    static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
