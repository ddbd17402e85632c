// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.normalize;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Checks and rounds amounts of money, in major units. */
public final class Amount {
    /** No price has more decimals. {@code new BigDecimal(19.99)} has 48. */
    public static final int MAX_DECIMALS = 6;

    private static final int MAX_DIGITS = 15;

    private static final int MAX_SCALE = 100;

    private Amount() {}

    /** Returns the rule that an amount breaks, and the cure; null if it breaks none, or is null. */
    public static @Nullable String brokenRule(@Nullable BigDecimal amount) {
        if (amount == null) {
            return null;
        }
        if (amount.signum() < 0) {
            return "is negative: a refund cannot be reported";
        }
        if (isTooLong(amount)) {
            return "has over 15 digits: give it in major units, such as 19.99";
        }
        return null;
    }

    /** Returns the amount as it is sent: rounded to 6 decimals; null if it is null or breaks a rule. */
    public static @Nullable BigDecimal sent(@Nullable BigDecimal amount) {
        if (amount == null || brokenRule(amount) != null) {
            return null;
        }
        return isRounded(amount)
                ? amount.setScale(MAX_DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros()
                : amount;
    }

    /** Returns whether {@link #sent} returns the amount itself. */
    public static boolean isSentUnchanged(@Nullable BigDecimal amount) {
        return brokenRule(amount) == null && !isRounded(amount);
    }

    /** Returns whether {@link #sent} changes an amount that breaks no rule. */
    public static boolean isRounded(@Nullable BigDecimal amount) {
        return amount != null
                && amount.scale() > MAX_DECIMALS
                && amount.stripTrailingZeros().scale() > MAX_DECIMALS;
    }

    /**
     * Returns whether an amount has too many digits. Check this before an amount is written out or computed with:
     * 1E+1000000000 is a valid BigDecimal, and as text it has a gigabyte.
     */
    public static boolean isTooLong(BigDecimal amount) {
        return (long) amount.precision() - amount.scale() > MAX_DIGITS || amount.scale() > MAX_SCALE;
    }
}
