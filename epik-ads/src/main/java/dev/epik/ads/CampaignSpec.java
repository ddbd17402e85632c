// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A campaign to create, or a change of one.
 *
 * <pre>{@code
 * CampaignSpec.create("Autumn", Objective.SALES)
 *         .dailyBudget(Money.of("25.00", "EUR"))
 *         .end(Instant.parse("2026-12-24T23:00:00Z"))
 * }</pre>
 *
 * The budget is the campaign's, and Pinterest divides it among the ad groups, unless {@link #budgetOnAdGroups()} is
 * called. Immutable.
 */
public final class CampaignSpec extends AdsSpec<CampaignSpec> {
    private CampaignSpec(Map<String, @Nullable Object> wire, Set<String> currencies) {
        super(wire, currencies);
    }

    @Override
    CampaignSpec copy(Map<String, @Nullable Object> wire, Set<String> currencies) {
        return new CampaignSpec(wire, currencies);
    }

    /** Returns a campaign to create. It is created paused, unless {@link #active()} is called. */
    public static CampaignSpec create(String name, Objective objective) {
        return change().name(name)
                .with("objective_type", objective.name())
                .with("is_campaign_budget_optimization", true);
    }

    /** Returns a change that changes nothing yet. */
    public static CampaignSpec change() {
        return new CampaignSpec(Map.of(), Set.of());
    }

    /** Sets the budget of a day. It replaces a budget of the whole time. */
    public CampaignSpec dailyBudget(Money amount) {
        return withMoney("daily_spend_cap", amount);
    }

    /** Sets the budget of the whole time, which needs an end. It replaces a budget of a day. */
    public CampaignSpec lifetimeBudget(Money amount) {
        return withMoney("lifetime_spend_cap", amount);
    }

    /** Lets each ad group have its own budget. Only possible when the campaign is created. */
    public CampaignSpec budgetOnAdGroups() {
        return with("is_campaign_budget_optimization", false);
    }

    /** Lets Pinterest decide on bids and most of the targeting. Only possible when the campaign is created. */
    public CampaignSpec performancePlus() {
        return with("is_performance_plus", true);
    }

    /** Sets when it starts. Default: at once. */
    public CampaignSpec start(Instant time) {
        return withTime("start_time", time);
    }

    /** Sets when it ends. Default: never. */
    public CampaignSpec end(Instant time) {
        return withTime("end_time", time);
    }

    /** Removes the end of a campaign that exists. */
    public CampaignSpec openEnded() {
        return with("end_time", -1L); // Pinterest's OpenAPI 5.28.0, CampaignUpdateRequest
    }
}
