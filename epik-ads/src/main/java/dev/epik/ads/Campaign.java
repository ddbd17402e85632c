// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.Optional;

/** A campaign as it is at Pinterest. Immutable. */
public final class Campaign extends AdsEntity {
    Campaign(Fields fields, String currency) {
        super(fields, currency);
    }

    /** Returns what the campaign is for. */
    public Objective objective() {
        return Objective.of(read().text("objective_type"));
    }

    /** Returns the budget of a day; empty if it has none. */
    public Optional<Money> dailyBudget() {
        return money("daily_spend_cap");
    }

    /** Returns the budget of its whole time; empty if it has none. */
    public Optional<Money> lifetimeBudget() {
        return money("lifetime_spend_cap");
    }

    /** Returns whether the budget is the campaign's, and Pinterest divides it among the ad groups. */
    public boolean hasCampaignBudget() {
        return read().isTrue("is_campaign_budget_optimization");
    }

    /** Returns whether Pinterest decides on bids and most of the targeting. */
    public boolean isPerformancePlus() {
        return read().isTrue("is_performance_plus");
    }

    /** Returns when it starts; empty if no time is set. */
    public Optional<Instant> start() {
        return time("start_time");
    }

    /** Returns when it ends; empty if it is open-ended. */
    public Optional<Instant> end() {
        return time("end_time");
    }
}
