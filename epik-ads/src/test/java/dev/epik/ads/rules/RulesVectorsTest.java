// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.testing.VectorRow;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The writes of {@code vectors/ads.json}: the rules before the call refuse what Pinterest refuses, and nothing else.
 * Rows about types and about ids that do not exist are left out: no method of the public types can send them.
 */
class RulesVectorsTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    /** The public types cannot express these, so there is no rule for them. */
    private static final Set<String> NOT_EXPRESSIBLE = Set.of(
            "Performance+ and automated exclude each other",
            "an automated campaign requires a daily budget",
            "an automated campaign does not support every objective",
            "the ad account is that of the path",
            "accelerated pacing does not fit a campaign that optimizes its budget",
            "a carousel has two to five URLs",
            "URLs of a carousel need a carousel");

    /** New campaigns have the new names, which Pinterest asks for. */
    private static final Set<String> STRICTER = Set.of("the older objectives are accepted");

    private static final Set<String> PATHS = Set.of("campaigns", "ad_groups", "ads");

    private static final Map<String, String> VALID = VectorRow.of("ads.json", "valid")
            .map(VectorRow::json)
            .collect(Collectors.toMap(
                    row -> row.path("path").asText(),
                    row -> withIds(row.path("request").toString())));

    private static String withIds(String json) {
        return json.replaceAll("\\$[a-z_]+", "3");
    }

    static Stream<VectorRow> rows() {
        return VectorRow.of("ads.json", "writes").filter(row -> {
            String rule = row.json().path("rule").asText();
            boolean isType = row.json().path("status").asInt() == 400;
            boolean isUnknownId = row.json().path("code").asInt() == 50;
            return PATHS.contains(row.json().path("path").asText())
                    && !isType
                    && !isUnknownId
                    && !NOT_EXPRESSIBLE.contains(rule);
        });
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rulesRefuseWhatPinterestRefuses(VectorRow vector) throws IOException {
        Fields row = Fields.of(Json.read(withIds(vector.json().toString())));
        String path = row.text("path").orElseThrow();
        boolean isUpdate = row.has("patch");
        Fields given = row.object("given");
        Fields campaign = entity("campaigns", "2", given.object("campaign"));

        List<Violation> violations = isUpdate
                ? ofChange(path, campaign, given, row.object("patch").json())
                : ofCreate(path, campaign, created(path, row));

        int code = row.number("code").isPresent() ? (int) row.number("code").getAsLong() : 0;
        boolean refuses = code != 0 || STRICTER.contains(row.text("rule").orElseThrow());
        assertEquals(refuses, !violations.isEmpty(), violations::toString);
        if (code > 100) {
            assertEquals(
                    OptionalInt.of(code),
                    violations.stream()
                            .map(Violation::code)
                            .filter(OptionalInt::isPresent)
                            .findFirst()
                            .orElse(OptionalInt.empty()));
        }
    }

    private static List<Violation> ofCreate(String path, Fields campaign, Map<String, Object> body) {
        return switch (path) {
            case "campaigns" -> CampaignRules.ofCreate(body, NOW);
            case "ad_groups" -> AdGroupRules.ofCreate(campaign, body, NOW);
            default -> AdRules.ofCreate(body);
        };
    }

    private static List<Violation> ofChange(String path, Fields campaign, Fields given, Map<String, ?> patch)
            throws IOException {
        String kind = path.substring(0, path.length() - 1);
        Fields current = path.equals("campaigns") ? campaign : entity(path, "4", given.object(kind));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", "4");
        body.putAll(patch);
        return switch (path) {
            case "campaigns" -> CampaignRules.ofChange(current, body, NOW);
            case "ad_groups" -> AdGroupRules.ofChange(campaign, current, body, NOW);
            default -> AdRules.ofChange(current, body);
        };
    }

    private static Map<String, Object> created(String path, Fields row) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>(
                Fields.of(Json.read(VALID.getOrDefault(path, ""))).json());
        body.putAll(row.object("change").json());
        row.texts("remove").forEach(body::remove);
        return body;
    }

    private static Fields entity(String path, String id, Fields given) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("is_campaign_budget_optimization", true);
        fields.put("is_performance_plus", false);
        fields.putAll(Fields.of(Json.read(VALID.getOrDefault(path, ""))).json());
        fields.put("id", id);
        fields.putAll(given.json());
        return new Fields(fields);
    }
}
