// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An ad group as it is at Pinterest. Immutable. */
public final class AdGroup extends AdsEntity {
    AdGroup(Fields fields, String currency) {
        super(fields, currency);
    }

    /** Returns the id of its campaign. */
    public String campaignId() {
        return read().text("campaign_id").orElse("");
    }

    /** Returns its own budget of a day; empty if the budget is the campaign's or for its whole time. */
    public Optional<Money> dailyBudget() {
        return isBudgetType("DAILY") ? money("budget_in_micro_currency") : Optional.empty();
    }

    /** Returns its own budget of its whole time; empty if it has none. */
    public Optional<Money> lifetimeBudget() {
        return isBudgetType("LIFETIME") ? money("budget_in_micro_currency") : Optional.empty();
    }

    private boolean isBudgetType(String type) {
        return read().text("budget_type").orElse("DAILY").equals(type);
    }

    /** Returns the bid; empty if Pinterest bids. */
    public Optional<Money> bid() {
        return money("bid_in_micro_currency");
    }

    /** Returns the event that Pinterest charges for, such as {@code IMPRESSION}; empty if Pinterest sent none. */
    public Optional<String> billableEvent() {
        return read().text("billable_event");
    }

    /** Returns its targeting, with the keys that this version does not know. Change it, and set it as a whole. */
    public Targeting targeting() {
        return new Targeting(read().object("targeting_spec").json());
    }

    /** Returns the ids of the audiences that see the ads; empty if all people do. */
    public List<String> includedAudiences() {
        return read().object("targeting_spec").texts("AUDIENCE_INCLUDE");
    }

    /** Returns the ids of the audiences that do not see the ads. */
    public List<String> excludedAudiences() {
        return read().object("targeting_spec").texts("AUDIENCE_EXCLUDE");
    }

    /** Returns whether Pinterest may show the ads to more people than those of the targeting. True if it is not set. */
    public boolean isAutoTargeting() {
        return !read().isFalse("auto_targeting_enabled");
    }

    /** Returns when it starts; empty if no time is set or the campaign's counts. */
    public Optional<Instant> start() {
        return time("start_time");
    }

    /** Returns when it ends; empty if no time is set or the campaign's counts. */
    public Optional<Instant> end() {
        return time("end_time");
    }
}
