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
import static dev.epik.testkit.ads.Shape.integer;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.number;
import static dev.epik.testkit.ads.Shape.object;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The rules of an ad group. */
final class AdGroupChecks {
    static final int MAX_IN_CAMPAIGN = 70;

    /** An amount in millionths, which is a string only inside of goals. */
    private static final FieldType MICRO_TEXT = nullable(matching("\\d{1,18}"));

    private static final FieldType GOAL = object(Shape.of(
            "",
            each(
                    object(Shape.of(
                            "",
                            each(
                                    oneOf("PAGE_VISIT SIGNUP CHECKOUT CUSTOM VIEW_CATEGORY SEARCH ADD_TO_CART"
                                            + " WATCH_VIDEO LEAD APP_INSTALL"),
                                    "conversion_event"),
                            each(ID, "conversion_tag_id"),
                            each(MICRO_TEXT, "cpa_goal_value_in_micro_currency"),
                            each(FLAG, "is_roas_optimized"),
                            each(nullable(oneOf("NOT_ACTIVE ACTIVE")), "learning_mode_type"),
                            each(text(1, 255), "reporting_event"),
                            each(
                                    object(Shape.of(
                                            "",
                                            each(
                                                    integer(0, 60),
                                                    "click_window_days engagement_window_days view_window_days"))),
                                    "attribution_windows"))),
                    "conversion_tag_v3_goal_metadata"),
            each(
                    object(Shape.of(
                            "",
                            each(integer(2, 20), "frequency"),
                            each(
                                    oneOf("THIRTY_DAY DAY SEVEN_DAY TWENTY_MINUTE TEN_MINUTE TWENTY_FOUR_HOUR"),
                                    "timerange"))),
                    "frequency_goal_metadata"),
            each(
                    object(Shape.of("", each(MICRO_TEXT, "scrollup_goal_value_in_micro_currency"))),
                    "scrollup_goal_metadata")));

    static final Shape CREATE = Shape.of(
            "campaign_id name billable_event",
            each(NAME, "name"),
            each(matching("C?\\d{1,18}"), "campaign_id"),
            each(oneOf("CLICKTHROUGH IMPRESSION VIDEO_V_50_MRC"), "billable_event"),
            each(STATUS, "status"),
            each(MICRO_AMOUNT, "budget_in_micro_currency bid_in_micro_currency"),
            each(oneOf("DAILY LIFETIME CBO_ADGROUP"), "budget_type"),
            each(nullable(oneOf("AUTOMATIC_BID MAX_BID TARGET_AVG")), "bid_strategy_type"),
            each(nullable(GOAL), "optimization_goal_metadata"),
            each(TargetingChecks.SPEC, "targeting_spec"),
            each(FLAG, "auto_targeting_enabled is_creative_optimization is_local_inventory"),
            each(oneOf("ALL SEARCH BROWSE OTHER"), "placement_group"),
            each(oneOf("STANDARD ACCELERATED"), "pacing_delivery_type"),
            each(TIME, "start_time end_time"),
            each(integer(1, 1_000_000), "lifetime_frequency_cap"),
            each(nullable(list(ID, 0, 1)), "targeting_template_ids"),
            each(TRACKING_URLS, "tracking_urls"),
            each(number(0, 10), "bid_multiplier"),
            each(nullable(ID), "customer_segment_id promotion_id"),
            each(nullable(list(ID, 0, 100)), "promotion_ids"),
            each(nullable(oneOf("NONE ITEM AD_GROUP")), "promotion_application_level"),
            each(text(1, 100), "placement_traffic_type"),
            each(nullable(anyObject()), "performance_plus_campaign_settings"));

    static final Shape UPDATE = CREATE.but("id", each(ID, "id"));

    /** Pinterest's defaults. The default of the status is not published; this is the one that spends money. */
    static final Map<String, Object> DEFAULTS =
            Map.of("status", "ACTIVE", "budget_type", "DAILY", "pacing_delivery_type", "STANDARD");

    static final Set<String> DRAFT_ONLY = Set.of("campaign_id", "billable_event");

    private static final List<String> NOT_IN_PERFORMANCE_PLUS = List.of(
            "budget_in_micro_currency",
            "budget_type",
            "bid_in_micro_currency",
            "start_time",
            "end_time",
            "placement_group",
            "pacing_delivery_type",
            "targeting_template_ids",
            "auto_targeting_enabled");

    private static final Set<String> BID_REQUIRED =
            Set.of("AWARENESS/IMPRESSION", "CONSIDERATION/CLICKTHROUGH", "CATALOG_SALES/CLICKTHROUGH");

    private AdGroupChecks() {}

    /**
     * Returns the first rule that an ad group breaks.
     *
     * @param sent the fields of the request
     * @param adGroup the whole ad group with the request's changes, and with its defaults unless it is in a
     *     Performance+ campaign
     * @param audiences whether the ad account has an audience with this id
     */
    static Optional<ApiError> violation(Entity sent, Entity adGroup, Entity campaign, Predicate<String> audiences) {
        boolean performancePlus = campaign.flag("is_performance_plus");
        return (performancePlus ? performancePlus(sent, adGroup) : budget(adGroup, campaign))
                .or(() -> objective(adGroup, campaign, performancePlus))
                .or(() -> Schedule.violation(adGroup, campaign))
                .or(() -> frequencyCap(adGroup))
                .or(() -> adGroup.list("targeting_template_ids").isEmpty()
                        ? TargetingChecks.violation(adGroup.object("targeting_spec"), performancePlus, audiences)
                        : Optional.empty());
    }

    private static Optional<ApiError> performancePlus(Entity sent, Entity adGroup) {
        if (adGroup.text("status").equals("PAUSED")) {
            return Optional.of(
                    new ApiError(ApiError.PAUSED_AD_GROUP, "An ad group of a Performance+ campaign cannot be paused."));
        }
        String strategy = adGroup.text("bid_strategy_type");
        if (!strategy.isEmpty() && !strategy.equals("AUTOMATIC_BID")) {
            return invalid("bid_strategy_type must be AUTOMATIC_BID in a Performance+ campaign.");
        }
        return NOT_IN_PERFORMANCE_PLUS.stream()
                .filter(sent::has)
                .findFirst()
                .flatMap(name -> invalid(name + " cannot be set in a Performance+ campaign."));
    }

    private static Optional<ApiError> budget(Entity adGroup, Entity campaign) {
        boolean budget = adGroup.number("budget_in_micro_currency") > 0;
        String type = adGroup.text("budget_type");
        if (campaign.flag("is_campaign_budget_optimization")) {
            if (budget) {
                return invalid("budget_in_micro_currency cannot be set if the campaign optimizes its budget.");
            }
            if (!type.equals("CBO_ADGROUP")) {
                return invalid("budget_type must be CBO_ADGROUP if the campaign optimizes its budget.");
            }
            return adGroup.text("pacing_delivery_type").equals("ACCELERATED")
                    ? invalid("pacing_delivery_type must be STANDARD if the campaign optimizes its budget.")
                    : Optional.empty();
        }
        if (!budget) {
            return invalid("budget_in_micro_currency is required.");
        }
        if (type.equals("CBO_ADGROUP")) {
            return invalid("budget_type CBO_ADGROUP requires a campaign that optimizes its budget.");
        }
        return type.equals("LIFETIME") && !adGroup.has("end_time")
                ? invalid("end_time is required with budget_type LIFETIME.")
                : Optional.empty();
    }

    private static Optional<ApiError> objective(Entity adGroup, Entity campaign, boolean performancePlus) {
        String objective = campaign.text("objective_type");
        String strategy = adGroup.text("bid_strategy_type");
        if (objective.equals("VIDEO_COMPLETION") && !strategy.isEmpty() && !strategy.equals("AUTOMATIC_BID")) {
            return invalid("bid_strategy_type must be AUTOMATIC_BID with the objective VIDEO_COMPLETION.");
        }
        if (objective.equals("WEB_CONVERSION") && !adGroup.has("optimization_goal_metadata")) {
            return invalid("optimization_goal_metadata is required with the objective WEB_CONVERSION.");
        }
        return !performancePlus
                        && !strategy.equals("AUTOMATIC_BID")
                        && BID_REQUIRED.contains(objective + "/" + adGroup.text("billable_event"))
                        && adGroup.number("bid_in_micro_currency") == 0
                ? invalid("bid_in_micro_currency is required with this objective and billable_event.")
                : Optional.empty();
    }

    private static Optional<ApiError> frequencyCap(Entity adGroup) {
        boolean allowed = adGroup.text("billable_event").equals("IMPRESSION") && adGroup.has("end_time");
        return adGroup.has("lifetime_frequency_cap") && !allowed
                ? invalid("lifetime_frequency_cap requires billable_event IMPRESSION and end_time.")
                : Optional.empty();
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
