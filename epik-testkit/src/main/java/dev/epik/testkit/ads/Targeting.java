// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small part of what ad groups can target. The ids of interests are the fake's own. */
public final class Targeting {
    private static final Map<String, Map<String, Object>> OPTIONS = Map.of(
            "LOCATION",
            Map.of(
                    "AT",
                    "Austria",
                    "DE",
                    "Germany",
                    "FR",
                    "France",
                    "GB",
                    "United Kingdom",
                    "US",
                    "United States",
                    "807",
                    "United States: San Francisco"),
            "GEO",
            Map.of("DE-BE", "Germany: Berlin", "DE-BY", "Germany: Bavaria", "US-CA", "United States: California"),
            "GENDER",
            Map.of("unknown", "Unspecified", "male", "Male", "female", "Female"),
            "LOCALE",
            Map.of("de", "German", "en", "English", "fr", "French"),
            "AGE_BUCKET",
            Map.of(
                    "18-24", "18-24", "25-34", "25-34", "35-44", "35-44", "45-49", "45-49", "50-54", "50-54", "55-64",
                    "55-64", "65+", "65+"),
            "APPTYPE",
            Map.of(
                    "web",
                    "Web",
                    "web_mobile",
                    "Web mobile",
                    "iphone",
                    "iPhone",
                    "ipad",
                    "iPad",
                    "android_mobile",
                    "Android mobile",
                    "android_tablet",
                    "Android tablet"),
            "KEYWORD",
            Map.of());

    /** An interest and the ids of its children. */
    private record Interest(String name, int level, List<String> children) {}

    private static final Map<String, Interest> INTERESTS = Map.of(
            "900001", new Interest("Home", 1, List.of("900011", "900012")),
            "900002", new Interest("Fashion", 1, List.of("900021")),
            "900011", new Interest("Garden", 2, List.of("900111")),
            "900012", new Interest("Kitchen", 2, List.of()),
            "900021", new Interest("Shoes", 2, List.of()),
            "900111", new Interest("Roses", 3, List.of()));

    private Targeting() {}

    /** Replies to a request below {@code /v5/resources/targeting/}. */
    public static AdsReply respond(AdsRequest request, AdsStore store) {
        List<String> path = request.path();
        if (!request.method().equals("GET")) {
            return AdsReply.methodNotAllowed();
        }
        if (path.size() == 2 && path.get(0).equals("interests")) {
            Interest interest = INTERESTS.get(path.get(1));
            return interest == null
                    ? AdsReply.error(404, ApiError.notFound("Interest", path.get(1)))
                    : AdsReply.ok(Map.of(
                            "id", path.get(1),
                            "name", interest.name,
                            "level", interest.level,
                            "child_interests", interest.children));
        }
        return path.size() == 1 ? options(path.get(0), store) : AdsReply.notFound();
    }

    /** Returns a list of one object, which has the name of each id. */
    private static AdsReply options(String type, AdsStore store) {
        Map<String, Object> options = new LinkedHashMap<>(OPTIONS.getOrDefault(type, Map.of()));
        switch (type) {
            case "INTEREST" -> INTERESTS.forEach((id, interest) -> options.put(id, interest.name));
            case "AUDIENCE_INCLUDE", "AUDIENCE_EXCLUDE" ->
                store.of(EntityKind.AUDIENCE)
                        .values()
                        .forEach(audience -> options.put(audience.text("id"), audience.text("name")));
            default -> {
                if (!OPTIONS.containsKey(type)) {
                    return AdsReply.badRequest("targeting_type must be one of the published ones");
                }
            }
        }
        return AdsReply.ok(List.of(options));
    }
}
