// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.Money;
import dev.epik.ads.SpendLimit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The content of a plan file. Immutable.
 *
 * @param limit the limits of the file; empty if it has none
 */
record PlanModel(
        String adAccount, String currency, Optional<Limit> limit, List<Wanted> audiences, List<Wanted> campaigns) {
    /** The key {@code spend_limit} of a file. */
    record Limit(
            Money daily,
            Optional<Money> lifetime,
            Optional<Money> bid,
            Optional<Money> activeSum,
            OptionalInt risePercent,
            boolean allowsUnusual) {}

    /**
     * Returns the limit of the file, lowered to the ceiling. The ceiling holds for the budget of a day of each
     * campaign, and for the sum of all active ones.
     *
     * @param ceiling null if there is none
     * @return null if the file has no limit, so that nothing may raise the spend
     */
    @Nullable
    SpendLimit spendLimit(@Nullable Money ceiling) {
        if (limit.isEmpty()) {
            return null;
        }
        Limit own = limit.get();
        SpendLimit result = SpendLimit.daily(lower(own.daily, ceiling));
        Optional<Money> sum =
                own.activeSum.map(amount -> lower(amount, ceiling)).or(() -> Optional.ofNullable(ceiling));
        result = sum.isPresent() ? result.withActiveSum(sum.get()) : result;
        result = own.lifetime.isPresent() ? result.withLifetime(own.lifetime.get()) : result;
        result = own.bid.isPresent() ? result.withBid(own.bid.get()) : result;
        result = own.risePercent.isPresent() ? result.withRise(own.risePercent.getAsInt()) : result;
        return own.allowsUnusual ? result.allowingUnusualAmounts() : result;
    }

    private static Money lower(Money amount, @Nullable Money ceiling) {
        return ceiling == null || amount.compareTo(ceiling) <= 0 ? amount : ceiling;
    }
}
