// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An ad group to create, or a change of one. Immutable. */
public final class AdGroupSpec extends AdsSpec<AdGroupSpec> {
    private AdGroupSpec(Map<String, @Nullable Object> wire, Set<String> currencies) {
        super(wire, currencies);
    }

    @Override
    AdGroupSpec copy(Map<String, @Nullable Object> wire, Set<String> currencies) {
        return new AdGroupSpec(wire, currencies);
    }

    /**
     * Returns an ad group to create. It is created paused, unless {@link #active()} is called; in a Performance+
     * campaign Pinterest takes no paused ad groups, so there the campaign must be paused.
     *
     * @param campaignId the id of its campaign
     */
    public static AdGroupSpec create(String campaignId, String name, BillableEvent billableEvent) {
        return change().with("campaign_id", campaignId).name(name).with("billable_event", billableEvent.name());
    }

    /** Returns a change that changes nothing yet. */
    public static AdGroupSpec change() {
        return new AdGroupSpec(Map.of(), Set.of());
    }

    /** Sets its own budget of a day. Only in a campaign with {@link CampaignSpec#budgetOnAdGroups()}. */
    public AdGroupSpec dailyBudget(Money amount) {
        return withMoney("budget_in_micro_currency", amount).with("budget_type", "DAILY");
    }

    /** Sets its own budget of its whole time, which needs an end. Only as {@link #dailyBudget}. */
    public AdGroupSpec lifetimeBudget(Money amount) {
        return withMoney("budget_in_micro_currency", amount).with("budget_type", "LIFETIME");
    }

    /** Sets the highest bid. Without it, Pinterest bids. */
    public AdGroupSpec maxBid(Money amount) {
        return withMoney("bid_in_micro_currency", amount).with("bid_strategy_type", "MAX_BID");
    }

    /**
     * Optimises for a conversion event of a Pinterest tag.
     *
     * @param event such as {@code checkout}
     * @param tagId the id of the tag
     */
    public AdGroupSpec conversionGoal(String event, String tagId) {
        return with(
                "optimization_goal_metadata",
                Map.of(
                        "conversion_tag_v3_goal_metadata",
                        Map.of("conversion_event", event.toUpperCase(Locale.ROOT), "conversion_tag_id", tagId)));
    }

    /** Sets who sees the ads. It replaces the whole targeting. */
    public AdGroupSpec targeting(Targeting targeting) {
        return with("targeting_spec", targeting.fields());
    }

    /**
     * Sets whether Pinterest may show the ads to more people than the targeting has. Default of an ad group that is
     * created: false; Pinterest's own default is true.
     */
    public AdGroupSpec autoTargeting(boolean isOn) {
        return with("auto_targeting_enabled", isOn);
    }

    /** Sets when it starts. Default: at once, or with its campaign. */
    public AdGroupSpec start(Instant time) {
        return withTime("start_time", time);
    }

    /** Sets when it ends. Default: never, or with its campaign. */
    public AdGroupSpec end(Instant time) {
        return withTime("end_time", time);
    }
}
