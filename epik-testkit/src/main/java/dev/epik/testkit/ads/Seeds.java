// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Completes the fields of an entity that a test adds, so that the entity obeys the rules. */
public final class Seeds {
    private static final long TEN = 10_000_000;

    private Seeds() {}

    /** Returns the fields with those that the entity needs and lacks. */
    public static Map<String, Object> complete(EntityKind kind, Map<String, Object> fields, AdsStore store) {
        Entity given = new Entity(fields);
        Map<String, Object> needed = new LinkedHashMap<>();
        needed.put("name", kind.title);
        switch (kind) {
            case CAMPAIGN -> {
                needed.put("objective_type", "CONSIDERATION");
                boolean ownBudget = !Boolean.FALSE.equals(fields.get("is_campaign_budget_optimization"));
                if (ownBudget && !given.has("lifetime_spend_cap")) {
                    needed.put("daily_spend_cap", TEN);
                }
            }
            case AD_GROUP -> {
                needed.put("billable_event", "CLICKTHROUGH");
                needed.put("bid_strategy_type", "AUTOMATIC_BID");
                needed.put("targeting_spec", Map.of("LOCATION", List.of("US")));
                Entity campaign = parent(EntityKind.CAMPAIGN, given.text("campaign_id"), store);
                if (campaign.flag("is_campaign_budget_optimization")) {
                    needed.put("budget_type", "CBO_ADGROUP");
                } else {
                    needed.put("budget_type", "DAILY");
                    needed.put("budget_in_micro_currency", TEN);
                }
            }
            case AD -> {
                needed.put("pin_id", "1");
                needed.put("creative_type", "REGULAR");
                needed.put(
                        "campaign_id",
                        parent(EntityKind.AD_GROUP, given.text("ad_group_id"), store)
                                .text("campaign_id"));
            }
            default -> {
                // needs no other field
            }
        }
        return given.withDefaults(needed).fields();
    }

    private static Entity parent(EntityKind kind, String id, AdsStore store) {
        return store.find(kind, id)
                .orElseThrow(() -> new IllegalArgumentException("Add the " + kind.title.toLowerCase(Locale.ROOT)
                        + " first: the fake has none with the id " + id));
    }
}
