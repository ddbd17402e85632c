// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answers to the {@code GET} requests about one ad account: its advertiser-defined events and its event quality
 * score. Not thread-safe while it is filled.
 */
final class AccountReads {
    private static final String ADVERTISER_EVENTS = "advertiser_defined_events";
    private static final String QUALITY = "conversion_eqs";
    private static final Set<String> LOOKBACKS = Set.of("1d", "14d");
    private static final Set<String> INGESTION_SOURCES =
            Set.of("TAG", "MMP", "FILE_UPLOAD", "CONVERSIONS_API", "NATIVE");
    private static final Set<String> PLATFORMS = Set.of(
            "WEB",
            "MOBILE",
            "MOBILE_ANDROID",
            "MOBILE_IOS",
            "OFFLINE",
            "PINTEREST_WEB",
            "PINTEREST_ANDROID",
            "PINTEREST_IOS",
            "POINT_OF_SALE");

    /** The standard event that each name is mapped to. */
    final Map<String, String> advertiserEvents = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** The scores that are served, as parsed JSON. */
    List<Json.Obj> scores = List.of();

    /** Whether the access token may read; otherwise reads are forbidden. */
    boolean isAllowed = true;

    /** Returns whether the endpoint of this path is read by {@code GET}. */
    static boolean isRead(String path) {
        return path.matches("/v5/ad_accounts/[^/]+/(" + ADVERTISER_EVENTS + "|" + QUALITY + ")");
    }

    /** Parses a JSON array of scores. */
    static List<Json.Obj> scores(String json) {
        try {
            return ((List<?>) Json.parse(json))
                    .stream().map(Json.Obj.class::cast).toList();
        } catch (IOException | ClassCastException e) {
            throw new IllegalArgumentException("The scores are not a JSON array of objects", e);
        }
    }

    /** Returns the answer to an authorized request. */
    FakeResponse respond(String path, @Nullable String rawQuery) {
        if (!isAllowed) {
            return FakeResponse.forbidden();
        }
        return path.endsWith(QUALITY) ? quality(parameters(rawQuery)) : FakeResponse.of(200, advertiserEventsJson());
    }

    private String advertiserEventsJson() {
        return advertiserEvents.entrySet().stream()
                .map(each -> "{\"name\":" + Json.quoted(each.getKey()) + ",\"mapped_conversion_type\":"
                        + Json.quoted(each.getValue()) + "}")
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private FakeResponse quality(Map<String, String> parameters) {
        String lookback = parameters.get("lookback_period");
        if (lookback == null || !LOOKBACKS.contains(lookback)) {
            return FakeResponse.error(400, 4196, "lookback_period must be 1d or 14d");
        }
        if (!isOneOf(parameters.get("source_platform"), PLATFORMS)) {
            return FakeResponse.error(400, 4196, "source_platform is not one of its values");
        }
        if (!isOneOf(parameters.get("ingestion_source"), INGESTION_SOURCES)) {
            return FakeResponse.error(400, 4196, "ingestion_source is not one of its values");
        }
        return FakeResponse.of(
                200,
                scores.stream()
                        .filter(score -> List.of("lookback_period", "source_platform", "ingestion_source").stream()
                                .allMatch(name -> !parameters.containsKey(name)
                                        || parameters
                                                .get(name)
                                                .equals(score.fields().get(name))))
                        .map(Json.Obj::text)
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static boolean isOneOf(@Nullable String value, Set<String> values) {
        return value == null || values.contains(value);
    }

    private static Map<String, String> parameters(@Nullable String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
