// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.json.Fields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads the fields of an entity by their names in plan files. Pure functions. */
final class CurrentValues {
    private static final int MICRO_DIGITS = 6;

    private CurrentValues() {}

    /** Returns the values that an entity has; a field that is not set is absent. */
    static Map<String, Object> of(PlanKind kind, Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>();
        fields.text("name").ifPresent(name -> values.put("name", name));
        fields.text("status").ifPresent(status -> values.put("status", status));
        switch (kind) {
            case CAMPAIGN -> campaign(fields, values);
            case AD_GROUP -> adGroup(fields, values);
            case AD -> {
                for (String field : List.of("pin_id", "creative_type", "destination_url")) {
                    fields.text(field).ifPresent(text -> values.put(field, text));
                }
            }
            case AUDIENCE -> audience(fields, values);
        }
        return values;
    }

    private static void campaign(Fields fields, Map<String, Object> values) {
        fields.text("objective_type").ifPresent(word -> values.put("objective", word));
        money(fields, "daily_spend_cap", "daily_budget", values);
        money(fields, "lifetime_spend_cap", "lifetime_budget", values);
        if (fields.has("is_campaign_budget_optimization")) {
            values.put("budget_on_ad_groups", fields.isFalse("is_campaign_budget_optimization"));
        }
        values.put("performance_plus", fields.isTrue("is_performance_plus"));
        time(fields, "start_time", "start", values);
        time(fields, "end_time", "end", values);
        values.putIfAbsent("end", Wanted.OPEN_ENDED);
    }

    private static void adGroup(Fields fields, Map<String, Object> values) {
        fields.text("billable_event").ifPresent(word -> values.put("billable_event", word));
        boolean isLifetime = fields.is("budget_type", "LIFETIME");
        money(fields, "budget_in_micro_currency", isLifetime ? "lifetime_budget" : "daily_budget", values);
        money(fields, "bid_in_micro_currency", "bid", values);
        Fields goal = fields.object("optimization_goal_metadata").object("conversion_tag_v3_goal_metadata");
        goal.text("conversion_event")
                .ifPresent(event -> values.put("conversion_event", event.toLowerCase(java.util.Locale.ROOT)));
        goal.text("conversion_tag_id").ifPresent(tag -> values.put("conversion_tag", tag));
        Fields targeting = fields.object("targeting_spec");
        values.put("include", sorted(targeting.texts("AUDIENCE_INCLUDE")));
        values.put("exclude", sorted(targeting.texts("AUDIENCE_EXCLUDE")));
        values.put("locations", sorted(targeting.texts("LOCATION")));
        values.put("interests", sorted(targeting.texts("INTEREST")));
        values.put("auto_targeting", !fields.isFalse("auto_targeting_enabled"));
        time(fields, "start_time", "start", values);
        time(fields, "end_time", "end", values);
    }

    private static void audience(Fields fields, Map<String, Object> values) {
        values.remove("status");
        String type = fields.text("audience_type").orElse("");
        Fields rule = fields.object("rule");
        values.put("type", type.equals("VISITOR") ? "visitors" : type.equals("ACTALIKE") ? "actalike" : type);
        for (String field : List.of("event", "retention_days", "country", "percentage")) {
            rule.texts(field).stream().findFirst().ifPresent(text -> values.put(field, text));
        }
    }

    static List<String> sorted(List<String> values) {
        return values.stream().sorted().toList();
    }

    private static void money(Fields fields, String wire, String name, Map<String, Object> values) {
        OptionalLong micros = fields.number(wire);
        if (micros.isPresent() && micros.getAsLong() > 0) { // 0 is "not set"
            values.put(name, canonical(BigDecimal.valueOf(micros.getAsLong(), MICRO_DIGITS)));
        }
    }

    /** Returns an amount without needless digits, so that equal amounts are equal texts. */
    static String canonical(BigDecimal amount) {
        return amount.stripTrailingZeros().toPlainString();
    }

    private static void time(Fields fields, String wire, String name, Map<String, Object> values) {
        OptionalLong seconds = fields.number(wire);
        if (seconds.isPresent() && seconds.getAsLong() > 0) {
            values.put(name, Instant.ofEpochSecond(seconds.getAsLong()).toString());
        }
    }
}
