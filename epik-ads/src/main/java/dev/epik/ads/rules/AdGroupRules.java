// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules and request bodies of ad groups, by Pinterest's OpenAPI 5.23 and 5.28 ({@code AdGroupCreateRequest},
 * {@code AdGroupUpdateRequest}).
 */
public final class AdGroupRules {
    /** Pinterest's code for a paused ad group in a Performance+ campaign. */
    public static final int PAUSED_IN_PERFORMANCE_PLUS = 4073;

    private static final String BUDGET = "budget_in_micro_currency";
    private static final String BUDGET_TYPE = "budget_type";
    private static final String ON_CAMPAIGN = "CBO_ADGROUP";
    private static final String BID = "bid_in_micro_currency";
    private static final String BID_STRATEGY = "bid_strategy_type";
    private static final List<String> FIXED = List.of("campaign_id", "billable_event");

    /** The fields that Pinterest decides in a Performance+ campaign. */
    private static final List<String> NOT_IN_PERFORMANCE_PLUS =
            List.of(BUDGET, BUDGET_TYPE, BID, "start_time", "end_time", "auto_targeting_enabled");

    private static final List<String> PERFORMANCE_PLUS_TARGETING =
            List.of("LOCATION", "GEO", "AGE_BUCKET", "AUDIENCE_INCLUDE", "AUDIENCE_EXCLUDE");

    /** The combinations of objective and billable event that need a bid. */
    private static final Set<String> NEEDS_BID =
            Set.of("AWARENESS/IMPRESSION", "CONSIDERATION/CLICKTHROUGH", "CATALOG_SALES/CLICKTHROUGH");

    private AdGroupRules() {}

    /**
     * Returns the body that creates an ad group. It always has a status. It is ACTIVE in a Performance+ campaign, where
     * Pinterest takes no other.
     *
     * @param campaign its campaign, as it is at Pinterest
     * @param fields those that the caller set
     */
    public static Map<String, @Nullable Object> createBody(
            Fields campaign, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>(fields);
        if (campaign.isTrue("is_performance_plus")) {
            body.putIfAbsent("status", "ACTIVE");
            return body;
        }
        body.putIfAbsent("status", "PAUSED");
        body.putIfAbsent("auto_targeting_enabled", false); // Pinterest's default widens the targeting
        if (isBudgetOnCampaign(campaign)) {
            body.putIfAbsent(BUDGET_TYPE, ON_CAMPAIGN); // Pinterest's default clashes with a campaign's budget
        }
        if (!fields.containsKey(BID)) {
            body.putIfAbsent(BID_STRATEGY, "AUTOMATIC_BID");
        }
        return body;
    }

    /** Returns the rules that a new ad group breaks; empty if it breaks none. */
    public static List<Violation> ofCreate(Fields campaign, Map<String, @Nullable Object> body, Instant now) {
        List<Violation> violations = new ArrayList<>();
        Fields fields = new Fields(body);
        if (!fields.has("billable_event")) {
            violations.add(Violation.of("billable_event", "is missing: what does Pinterest charge for?"));
        }
        if (!fields.object("targeting_spec").has("LOCATION")
                && !fields.object("targeting_spec").has("GEO")) {
            violations.add(Violation.of("targeting_spec", "has no LOCATION and no GEO: name the countries"));
        }
        checkMerged(campaign, fields, body, now, violations);
        return List.copyOf(violations);
    }

    /** Returns the rules that a change breaks; empty if it breaks none. */
    public static List<Violation> ofChange(
            Fields campaign, Fields current, Map<String, @Nullable Object> body, Instant now) {
        List<Violation> violations = new ArrayList<>();
        CommonRules.fixed(current, body, FIXED, violations);
        Fields targeting = Fields.of(body.get("targeting_spec"));
        if (body.containsKey("targeting_spec") && !targeting.has("LOCATION") && !targeting.has("GEO")) {
            violations.add(Violation.of(
                    "targeting_spec", "has no LOCATION and no GEO: a change replaces the whole targeting"));
        }
        checkMerged(campaign, Merged.of(current, body), body, now, violations);
        return List.copyOf(violations);
    }

    private static void checkMerged(
            Fields campaign,
            Fields merged,
            Map<String, @Nullable Object> body,
            Instant now,
            List<Violation> violations) {
        if (body.containsKey("name") || !body.containsKey("id")) {
            CommonRules.name(merged, violations);
        }
        CommonRules.dates(merged, body, now, violations);
        checkDatesOfCampaign(campaign, body, violations);
        TargetingRules.check(Fields.of(body.get("targeting_spec")), violations);
        if (campaign.isTrue("is_performance_plus")) {
            checkPerformancePlus(campaign, body, violations);
        } else {
            checkBudget(campaign, merged, body, violations);
            checkBid(campaign, merged, body, violations);
        }
        if (campaign.is("objective_type", "WEB_CONVERSION")
                && !body.containsKey("id")
                && !merged.has("optimization_goal_metadata")) {
            violations.add(Violation.of(
                    "optimization_goal_metadata",
                    "is missing: an ad group of a WEB_CONVERSION campaign names a conversion event and a tag"));
        }
        checkFrequencyCap(merged, body, violations);
    }

    private static void checkPerformancePlus(
            Fields campaign, Map<String, @Nullable Object> body, List<Violation> violations) {
        for (String field : NOT_IN_PERFORMANCE_PLUS) {
            if (body.containsKey(field)) {
                violations.add(
                        Violation.of(field, "cannot be set in a Performance+ campaign, where Pinterest decides it"));
            }
        }
        if (body.containsKey(BID_STRATEGY) && !"AUTOMATIC_BID".equals(body.get(BID_STRATEGY))) {
            violations.add(Violation.of(BID_STRATEGY, "must be AUTOMATIC_BID in a Performance+ campaign"));
        }
        for (String key : Fields.of(body.get("targeting_spec")).json().keySet()) {
            if (!PERFORMANCE_PLUS_TARGETING.contains(key)) {
                violations.add(Violation.of(
                        "targeting_spec",
                        "cannot have " + key + " in a Performance+ campaign: " + PERFORMANCE_PLUS_TARGETING + " can"));
            }
        }
        boolean isPaused = "PAUSED".equals(body.get("status"));
        if (isPaused) {
            violations.add(Violation.of(
                    "status",
                    "cannot be PAUSED in a Performance+ campaign: pause the campaign",
                    PAUSED_IN_PERFORMANCE_PLUS));
        }
        if (!body.containsKey("id") && !campaign.is("status", "PAUSED")) {
            violations.add(Violation.of(
                    "status",
                    "would be ACTIVE in a Performance+ campaign that is not paused: pause the campaign first"));
        }
    }

    private static void checkDatesOfCampaign(
            Fields campaign, Map<String, @Nullable Object> body, List<Violation> violations) {
        long start = campaign.number("start_time").orElse(0);
        long end = campaign.number("end_time").orElse(0);
        if (body.get("start_time") instanceof Long own && own > 0 && own < start) {
            violations.add(Violation.of("start_time", "is before the campaign's: " + Instant.ofEpochSecond(start)));
        }
        if (body.get("end_time") instanceof Long own && end > 0 && own > end) {
            violations.add(Violation.of("end_time", "is after the campaign's: " + Instant.ofEpochSecond(end)));
        }
    }

    private static void checkBudget(
            Fields campaign, Fields merged, Map<String, @Nullable Object> body, List<Violation> violations) {
        boolean hasBudget = merged.number(BUDGET).orElse(0) > 0;
        if (isBudgetOnCampaign(campaign)) {
            if (body.containsKey(BUDGET)) {
                violations.add(Violation.of(
                        BUDGET,
                        "cannot be set, because the budget is the campaign's: set it there, or create the campaign"
                                + " with budgets on its ad groups"));
            }
            if (!body.containsKey("id") && !merged.is(BUDGET_TYPE, ON_CAMPAIGN)) {
                violations.add(Violation.of(BUDGET_TYPE, "must be CBO_ADGROUP, because the budget is the campaign's"));
            }
            return;
        }
        if (ON_CAMPAIGN.equals(body.get(BUDGET_TYPE))) {
            violations.add(Violation.of(BUDGET_TYPE, "must be DAILY or LIFETIME: the budgets are the ad groups'"));
        }
        if (!hasBudget && (!body.containsKey("id") || body.containsKey(BUDGET))) {
            violations.add(Violation.of(BUDGET, "is missing: the budgets of this campaign are its ad groups'"));
        }
        boolean needsEnd = merged.text(BUDGET_TYPE).orElse("DAILY").equals("LIFETIME");
        if (needsEnd
                && merged.number("end_time").orElse(0) <= 0
                && campaign.number("end_time").orElse(0) <= 0) {
            violations.add(Violation.of("end_time", "is missing: a lifetime budget needs an end"));
        }
    }

    private static void checkBid(
            Fields campaign, Fields merged, Map<String, @Nullable Object> body, List<Violation> violations) {
        String combination = campaign.text("objective_type").orElse("") + "/"
                + merged.text("billable_event").orElse("");
        boolean hasBid = merged.number(BID).orElse(0) > 0;
        boolean isAutomatic = "AUTOMATIC_BID".equals(merged.text(BID_STRATEGY).orElse(""));
        if (!body.containsKey("id") && !hasBid && !isAutomatic && NEEDS_BID.contains(combination)) {
            violations.add(Violation.of(BID, "is missing: " + combination + " needs a bid"));
        }
        if (hasBid && combination.startsWith("VIDEO_COMPLETION/")) {
            violations.add(Violation.of(BID, "cannot be set: with the objective VIDEO_COMPLETION Pinterest bids"));
        }
        if (body.containsKey(BID) && isAutomatic) {
            violations.add(Violation.of(BID, "cannot be set together with AUTOMATIC_BID: leave out one of them"));
        }
    }

    private static void checkFrequencyCap(
            Fields merged, Map<String, @Nullable Object> body, List<Violation> violations) {
        if (!body.containsKey("lifetime_frequency_cap")) {
            return;
        }
        if (!merged.is("billable_event", "IMPRESSION")
                || merged.number("end_time").orElse(0) <= 0) {
            violations.add(Violation.of("lifetime_frequency_cap", "needs the billable event IMPRESSION and an end"));
        }
    }

    private static boolean isBudgetOnCampaign(Fields campaign) {
        return campaign.isTrue("is_campaign_budget_optimization");
    }
}
