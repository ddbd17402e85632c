// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much money may be spent at most. A write that can raise the spend of an ad account needs one: making something
 * active, and a higher budget or bid, a later end or another targeting of what is active. Pausing never does.
 *
 * <p>Limits are checked before the call, against what is at Pinterest at that moment. They do not stop people in Ads
 * Manager. Immutable.
 */
public final class SpendLimit {
    private static final int DEFAULT_RISE_PERCENT = 50;

    private final Money daily;
    private final @Nullable Money lifetime;
    private final @Nullable Money bid;
    private final @Nullable Money activeSum;
    private final int risePercent;
    private final boolean allowsUnusual;

    private SpendLimit(
            Money daily,
            @Nullable Money lifetime,
            @Nullable Money bid,
            @Nullable Money activeSum,
            int risePercent,
            boolean allowsUnusual) {
        this.daily = daily;
        this.lifetime = lifetime;
        this.bid = bid;
        this.activeSum = activeSum;
        this.risePercent = risePercent;
        this.allowsUnusual = allowsUnusual;
    }

    /**
     * Returns a limit for the budget of a day of each campaign. With it alone no lifetime budget and no bid can be
     * raised, an active budget can rise by 50 percent in one step, and the sum of all active budgets is not limited.
     */
    public static SpendLimit daily(Money amount) {
        return new SpendLimit(Objects.requireNonNull(amount, "amount"), null, null, null, DEFAULT_RISE_PERCENT, false);
    }

    /**
     * Returns a limit that also allows lifetime budgets.
     *
     * @throws AdsException if the currency differs from the daily limit's
     */
    public SpendLimit withLifetime(Money amount) {
        return new SpendLimit(daily, inSameCurrency(amount), bid, activeSum, risePercent, allowsUnusual);
    }

    /**
     * Returns a limit that also allows bids.
     *
     * @throws AdsException if the currency differs from the daily limit's
     */
    public SpendLimit withBid(Money amount) {
        return new SpendLimit(daily, lifetime, inSameCurrency(amount), activeSum, risePercent, allowsUnusual);
    }

    /**
     * Returns a limit that also limits the sum of the daily budgets of all active campaigns of the ad account.
     *
     * @throws AdsException if the currency differs from the daily limit's
     */
    public SpendLimit withActiveSum(Money amount) {
        return new SpendLimit(daily, lifetime, bid, inSameCurrency(amount), risePercent, allowsUnusual);
    }

    /**
     * Returns a limit with another highest rise of an active budget or bid in one step.
     *
     * @param percent 1 to 1,000; default 50
     * @throws AdsException if the percentage is outside
     */
    public SpendLimit withRise(int percent) {
        if (percent < 1 || percent > 1000) {
            throw new AdsException("The rise is 1 to 1,000 percent, not " + percent);
        }
        return new SpendLimit(daily, lifetime, bid, activeSum, percent, allowsUnusual);
    }

    /**
     * Returns a limit that also allows amounts that look like a mistake: under 100 of the currency's smallest unit, or
     * at least 50 times what is usual in the ad account.
     */
    public SpendLimit allowingUnusualAmounts() {
        return new SpendLimit(daily, lifetime, bid, activeSum, risePercent, true);
    }

    private Money inSameCurrency(Money amount) {
        var unused = daily.compareTo(amount); // throws for another currency
        return amount;
    }

    /** Returns the limit for the budget of a day of each campaign. */
    public Money daily() {
        return daily;
    }

    /** Returns the limit for a lifetime budget; empty if none can be raised. */
    public Optional<Money> lifetime() {
        return Optional.ofNullable(lifetime);
    }

    /** Returns the limit for a bid; empty if none can be raised. */
    public Optional<Money> bid() {
        return Optional.ofNullable(bid);
    }

    /** Returns the limit for the sum of the daily budgets of all active campaigns; empty if there is none. */
    public Optional<Money> activeSum() {
        return Optional.ofNullable(activeSum);
    }

    /** Returns the highest rise in one step, in percent. */
    public int risePercent() {
        return risePercent;
    }

    /** Returns whether amounts that look like a mistake are allowed. */
    public boolean allowsUnusualAmounts() {
        return allowsUnusual;
    }

    @Override
    public String toString() {
        return "SpendLimit[daily " + daily
                + ", lifetime " + (lifetime == null ? "none" : lifetime)
                + ", bid " + (bid == null ? "none" : bid)
                + ", sum of active " + (activeSum == null ? "not limited" : activeSum)
                + ", rise " + risePercent + " %]";
    }
}
