// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.Objective;
import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules and request bodies of campaigns, by Pinterest's OpenAPI 5.23 and 5.28 ({@code CampaignCreateRequest},
 * {@code CampaignUpdateRequest}).
 */
public final class CampaignRules {
    /** Pinterest's code for a campaign without a budget of its own while the ad account needs one. */
    public static final int BUDGET_ON_CAMPAIGN_NEEDED = 2384;

    private static final List<String> FIXED =
            List.of("objective_type", "is_campaign_budget_optimization", "is_performance_plus");
    private static final Set<String> PERFORMANCE_PLUS = Set.of("SALES", "LEADS", "CONSIDERATION");
    private static final String FLEXIBLE = "is_flexible_daily_budgets";
    private static final String DAILY = "daily_spend_cap";
    private static final String LIFETIME = "lifetime_spend_cap";

    private CampaignRules() {}

    /**
     * Returns the body that creates a campaign. It always has a status, because Pinterest's default is ACTIVE.
     *
     * @param fields those that the caller set
     */
    public static Map<String, @Nullable Object> createBody(
            String adAccountId, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("ad_account_id", adAccountId); // required by 5.23, ignored by 5.28
        body.putAll(fields);
        body.putIfAbsent("status", "PAUSED");
        if (Boolean.TRUE.equals(fields.get("is_performance_plus")) && isSet(fields.get(DAILY))) {
            body.putIfAbsent(FLEXIBLE, true); // a daily Performance+ budget needs it
        }
        return body;
    }

    /**
     * Returns the body that changes a campaign: its id and the changed fields. A budget of a day replaces one of the
     * whole time and the other way round, so the other is set to 0.
     *
     * @param current as it is at Pinterest
     * @param change the fields that the caller set
     */
    public static Map<String, @Nullable Object> changeBody(
            String adAccountId, Fields current, Map<String, ? extends @Nullable Object> change) {
        Map<String, @Nullable Object> body = CommonRules.changeBody(current, change);
        body.put("ad_account_id", adAccountId);
        if (isSet(change.get(DAILY)) && isSet(current.json().get(LIFETIME))) {
            body.putIfAbsent(LIFETIME, 0L);
        }
        if (isSet(change.get(LIFETIME)) && isSet(current.json().get(DAILY))) {
            body.putIfAbsent(DAILY, 0L);
        }
        return body;
    }

    /** Returns the rules that a new campaign breaks; empty if it breaks none. */
    public static List<Violation> ofCreate(Map<String, @Nullable Object> body, Instant now) {
        List<Violation> violations = new ArrayList<>();
        Fields fields = new Fields(body);
        if (Stream.of(Objective.values())
                .noneMatch(each -> each.isForNewCampaigns() && fields.is("objective_type", each.name()))) {
            violations.add(Violation.of(
                    "objective_type",
                    "cannot be used for new campaigns: use SALES or LEADS, which replace WEB_CONVERSION and"
                            + " CATALOG_SALES, or AWARENESS, CONSIDERATION or VIDEO_COMPLETION"));
        }
        if (fields.isTrue("is_performance_plus")) {
            checkPerformancePlus(fields, violations);
        }
        checkMerged(fields, body, now, violations);
        return List.copyOf(violations);
    }

    /** Returns the rules that a change breaks; empty if it breaks none. */
    public static List<Violation> ofChange(Fields current, Map<String, @Nullable Object> body, Instant now) {
        List<Violation> violations = new ArrayList<>();
        CommonRules.fixed(current, body, FIXED, violations);
        checkMerged(Merged.of(current, body), body, now, violations);
        return List.copyOf(violations);
    }

    private static void checkPerformancePlus(Fields fields, List<Violation> violations) {
        if (!fields.has("start_time")) {
            violations.add(Violation.of("start_time", "is missing: a Performance+ campaign needs it"));
        }
        if (!PERFORMANCE_PLUS.contains(fields.text("objective_type").orElse(""))) {
            violations.add(Violation.of(
                    "is_performance_plus", "cannot be set for this objective: use SALES, LEADS or CONSIDERATION"));
        }
        if (isSet(fields.json().get(DAILY)) && !fields.isTrue(FLEXIBLE)) {
            violations.add(Violation.of(FLEXIBLE, "must be true for a daily budget of a Performance+ campaign"));
        }
    }

    private static void checkMerged(
            Fields merged, Map<String, @Nullable Object> body, Instant now, List<Violation> violations) {
        if (body.containsKey("name")) {
            CommonRules.name(merged, violations);
        }
        CommonRules.dates(merged, body, now, violations);
        boolean touchesBudget = body.containsKey(DAILY)
                || body.containsKey(LIFETIME)
                || body.containsKey("end_time")
                || !body.containsKey("id");
        if (touchesBudget) {
            checkBudget(merged, violations);
        }
    }

    private static void checkBudget(Fields merged, List<Violation> violations) {
        boolean daily = isSet(merged.json().get(DAILY));
        boolean lifetime = isSet(merged.json().get(LIFETIME));
        boolean onCampaign = !merged.isFalse("is_campaign_budget_optimization");
        if (daily && lifetime) {
            violations.add(Violation.of(DAILY, "and " + LIFETIME + " exclude each other: set one of them"));
        }
        if (onCampaign && !daily && !lifetime) {
            violations.add(Violation.of(
                    DAILY,
                    "is missing: the budget is the campaign's, so set a daily or a lifetime budget",
                    BUDGET_ON_CAMPAIGN_NEEDED));
        }
        if (!onCampaign && (daily || lifetime)) {
            violations.add(Violation.of(
                    daily ? DAILY : LIFETIME,
                    "cannot be set while the ad groups have their own budgets: set it there"));
        }
        if (lifetime && merged.isTrue(FLEXIBLE)) {
            violations.add(
                    Violation.of(LIFETIME, "cannot be set, because the campaign's daily budget is a flexible one"));
        }
        if (lifetime && merged.number("end_time").orElse(0) <= 0) {
            violations.add(Violation.of("end_time", "is missing: a lifetime budget needs an end"));
        }
    }

    private static boolean isSet(@Nullable Object amount) {
        return amount instanceof Long micros && micros > 0;
    }
}
