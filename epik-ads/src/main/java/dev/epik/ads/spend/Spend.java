// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import dev.epik.ads.json.Fields;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The most that one campaign can spend, with its ad groups. A campaign that is not active spends nothing.
 *
 * @param daily on a day, in micro-currency; of a lifetime budget the share of one day
 * @param lifetime the sum of its lifetime budgets, in micro-currency
 * @param bid the highest bid of an active ad group, in micro-currency
 * @param isBounded whether there is a budget for everything that is active
 */
public record Spend(long daily, long lifetime, long bid, boolean isBounded) {
    /** The spend of a campaign that is not active. */
    public static final Spend NONE = new Spend(0, 0, 0, true);

    private static final long DAY = 86_400;
    private static final String ACTIVE = "ACTIVE";

    /**
     * Returns what a campaign can spend at most.
     *
     * @param adGroups those of the campaign
     */
    public static Spend of(Fields campaign, List<Fields> adGroups, Instant now) {
        if (!isActive(campaign)) {
            return NONE;
        }
        long bid = 0;
        for (Fields group : adGroups) {
            bid = isActive(group) ? Math.max(bid, positive(group.number("bid_in_micro_currency"))) : bid;
        }
        long daily = positive(campaign.number("daily_spend_cap"));
        long lifetime = positive(campaign.number("lifetime_spend_cap"));
        if (campaign.isTrue("is_campaign_budget_optimization") || daily > 0 || lifetime > 0) {
            long share = lifetime == 0 ? 0 : perDay(lifetime, campaign, Fields.NONE, now);
            return new Spend(add(daily, share), lifetime, bid, daily > 0 || lifetime > 0);
        }
        return ofAdGroups(campaign, adGroups, bid, now);
    }

    private static Spend ofAdGroups(Fields campaign, List<Fields> adGroups, long bid, Instant now) {
        long daily = 0;
        long lifetime = 0;
        boolean isBounded = true;
        for (Fields group : adGroups) {
            if (!isActive(group)) {
                continue;
            }
            long budget = positive(group.number("budget_in_micro_currency"));
            isBounded = isBounded && budget > 0;
            if (group.text("budget_type").orElse("DAILY").equals("LIFETIME")) {
                lifetime = add(lifetime, budget);
                daily = add(daily, perDay(budget, group, campaign, now));
            } else {
                daily = add(daily, budget);
            }
        }
        return new Spend(daily, lifetime, bid, isBounded);
    }

    /** Returns the share of one day, rounded up. Without an end all of it can be spent on one day. */
    private static long perDay(long budget, Fields entity, Fields parent, Instant now) {
        long end = positive(entity.number("end_time"));
        end = end > 0 ? end : positive(parent.number("end_time"));
        long start = Math.max(now.getEpochSecond(), positive(entity.number("start_time")));
        if (end <= start) {
            return budget;
        }
        long days = Math.max(1, (end - start) / DAY);
        return budget / days + (budget % days == 0 ? 0 : 1);
    }

    /** Returns whether the status of a campaign, an ad group or an ad is ACTIVE. */
    public static boolean isActive(Fields entity) {
        return entity.is("status", ACTIVE);
    }

    private static long positive(OptionalLong number) {
        return Math.max(0, number.orElse(0));
    }

    /** Returns the sum; the largest number if it is larger. */
    public static long add(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
