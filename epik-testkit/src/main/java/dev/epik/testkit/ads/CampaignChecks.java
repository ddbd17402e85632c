// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.CommonFields.FLAG;
import static dev.epik.testkit.ads.CommonFields.ID;
import static dev.epik.testkit.ads.CommonFields.MICRO_AMOUNT;
import static dev.epik.testkit.ads.CommonFields.NAME;
import static dev.epik.testkit.ads.CommonFields.STATUS;
import static dev.epik.testkit.ads.CommonFields.TIME;
import static dev.epik.testkit.ads.CommonFields.TRACKING_URLS;
import static dev.epik.testkit.ads.Shape.anyObject;
import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.either;
import static dev.epik.testkit.ads.Shape.integer;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of a campaign. */
final class CampaignChecks {
    static final Shape CREATE = Shape.of(
            "name objective_type",
            each(NAME, "name"),
            each(
                    oneOf(
                            "AWARENESS CONSIDERATION VIDEO_COMPLETION WEB_CONVERSION CATALOG_SALES SALES LEADS APP_INSTALL"
                                    + " CTV_CONSIDERATION"),
                    "objective_type"),
            each(ID, "ad_account_id"),
            each(STATUS, "status"),
            each(MICRO_AMOUNT, "daily_spend_cap lifetime_spend_cap default_ad_group_budget_in_micro_currency"),
            each(FLAG, "is_campaign_budget_optimization is_flexible_daily_budgets is_performance_plus"),
            each(FLAG, "is_automated_campaign is_top_of_search is_ltv_optimized"),
            each(oneOf("STANDARD_AD CATALOG LEGACY"), "intended_promotion_type"),
            each(TIME, "start_time end_time"),
            each(nullable(ID), "order_line_id"),
            each(TRACKING_URLS, "tracking_urls"),
            each(nullable(anyObject()), "bid_options performance_plus_campaign_settings"),
            each(text(1, 255), "app_id app_platform"));

    /** In an update, the end -1 removes the end. */
    static final Shape UPDATE = CREATE.but("id", each(ID, "id"), each(either(TIME, integer(-1, -1)), "end_time"));

    /** Pinterest's defaults. A campaign without a status is active and spends money. */
    static final Map<String, Object> DEFAULTS = Map.of(
            "status", "ACTIVE",
            "is_campaign_budget_optimization", true,
            "is_flexible_daily_budgets", false,
            "is_performance_plus", false,
            "is_automated_campaign", false);

    static final Set<String> DRAFT_ONLY = Set.of(
            "objective_type",
            "intended_promotion_type",
            "is_campaign_budget_optimization",
            "is_performance_plus",
            "is_automated_campaign");

    private static final Set<String> AUTOMATED_OBJECTIVES =
            Set.of("CONSIDERATION", "WEB_CONVERSION", "SALES", "LEADS", "CATALOG_SALES");

    private CampaignChecks() {}

    /** Returns the first rule that a whole campaign breaks, with its defaults and after its changes. */
    static Optional<ApiError> violation(Entity campaign) {
        return budget(campaign)
                .or(() -> performancePlus(campaign))
                .or(() -> automated(campaign))
                .or(() -> Schedule.violation(campaign));
    }

    private static Optional<ApiError> budget(Entity campaign) {
        boolean daily = campaign.number("daily_spend_cap") > 0;
        boolean lifetime = campaign.number("lifetime_spend_cap") > 0;
        if (daily && lifetime) {
            return invalid("daily_spend_cap and lifetime_spend_cap cannot be set at the same time.");
        }
        if (!campaign.flag("is_campaign_budget_optimization")) {
            return daily || lifetime
                    ? invalid("Without campaign budget optimization, daily_spend_cap and lifetime_spend_cap must be 0.")
                    : flexibleBudget(campaign, false);
        }
        if (!daily && !lifetime) {
            return Optional.of(new ApiError(
                    ApiError.BUDGET_MISSING,
                    "Campaign budget optimization requires a daily_spend_cap or a lifetime_spend_cap."));
        }
        return lifetime && !campaign.has("end_time")
                ? invalid("end_time is required with lifetime_spend_cap.")
                : flexibleBudget(campaign, daily);
    }

    private static Optional<ApiError> flexibleBudget(Entity campaign, boolean allowed) {
        return campaign.flag("is_flexible_daily_budgets") && !allowed
                ? invalid("is_flexible_daily_budgets requires campaign budget optimization with daily_spend_cap.")
                : Optional.empty();
    }

    private static Optional<ApiError> performancePlus(Entity campaign) {
        if (!campaign.flag("is_performance_plus")) {
            return Optional.empty();
        }
        if (campaign.flag("is_automated_campaign")) {
            return invalid("is_performance_plus and is_automated_campaign are mutually exclusive.");
        }
        String objective = campaign.text("objective_type");
        if (!AUTOMATED_OBJECTIVES.contains(objective) && !objective.equals("APP_INSTALL")) {
            return invalid("is_performance_plus does not support the objective " + objective + ".");
        }
        if (!campaign.has("start_time")) {
            return invalid("is_performance_plus requires start_time.");
        }
        return campaign.number("daily_spend_cap") > 0 && !campaign.flag("is_flexible_daily_budgets")
                ? invalid("is_performance_plus with daily_spend_cap requires is_flexible_daily_budgets.")
                : Optional.empty();
    }

    private static Optional<ApiError> automated(Entity campaign) {
        if (!campaign.flag("is_automated_campaign")) {
            return Optional.empty();
        }
        String objective = campaign.text("objective_type");
        if (!AUTOMATED_OBJECTIVES.contains(objective)) {
            return invalid("is_automated_campaign does not support the objective " + objective + ".");
        }
        return campaign.number("daily_spend_cap") == 0
                ? invalid("is_automated_campaign requires daily_spend_cap.")
                : Optional.empty();
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
