// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Amounts are decimals in major units. Micro-units, doubles and refunds in disguise are found here. */
final class MoneyRules {
    /** No price has more decimals; {@code new BigDecimal(19.99)} has 48. */
    static final int MAX_DECIMALS = 6;

    static final String ROUNDED =
            "has over 6 decimals: was it made from a binary float? Give it as text, such as 19.99."
                    + " Rounded to 6 decimals.";

    private static final int MAX_DIGITS = 15;

    private static final int LONGEST_SCALE = 100;

    /** 1.00 in micro-units. */
    private static final BigDecimal MICRO = BigDecimal.valueOf(1_000_000);

    /** One cent in micro-units: what was multiplied is a whole number of these. */
    private static final BigDecimal MICRO_CENT = BigDecimal.valueOf(10_000);

    /** Where a million is no usual sum. A million rupiah or won is an evening's shopping. */
    private static final Set<String> STRONG = Set.of(
            "AUD", "BRL", "CAD", "CHF", "DKK", "EUR", "GBP", "ILS", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "USD");

    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .filter(code -> !code.startsWith("X") || code.matches("XAF|XCD|XCG|XOF|XPF"))
            .collect(Collectors.toUnmodifiableSet());

    /** Those that some country pays with today, as far as this JDK knows. */
    private static final Set<String> CURRENT = Stream.of(Locale.getISOCountries())
            .map(country -> Currency.getInstance(new Locale("", country)))
            .filter(currency -> currency != null) // Antarctica has none
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private MoneyRules() {}

    static void check(Draft event, List<Problem> problems) {
        String wrong = wrong(event.value);
        if (wrong != null) {
            problems.add(Problem.error("value", wrong));
        } else if (isRounded(event.value)) {
            problems.add(Problem.warning("value", ROUNDED));
        }
        String wrongLtv = wrong(event.predictedLtv);
        if (wrongLtv != null) {
            problems.add(Problem.warning("predictedLtv", wrongLtv + ". Left out."));
        } else if (isRounded(event.predictedLtv)) {
            problems.add(Problem.warning("predictedLtv", ROUNDED));
        }
        if (event.value != null && event.value.signum() == 0) {
            problems.add(Problem.warning("value", "is zero, which Pinterest advises against: leave it out"));
        }
        if (event.currency != null && !CURRENCIES.contains(event.currency)) {
            problems.add(Problem.error("currency", "is no ISO 4217 code: use its three letters, such as EUR"));
        } else if (event.currency != null && !CURRENT.contains(event.currency)) {
            problems.add(Problem.warning("currency", "is no country's money today: is it the right code?"));
        }
        if (event.value != null && event.currency == null) {
            problems.add(Problem.warning("currency", "is missing: Pinterest takes the ad account's"));
        }
        if (event.currency != null && STRONG.contains(event.currency) && isMicro(event.value)) {
            problems.add(
                    Problem.warning("value", "looks like micro-units, a millionfold: give major units, such as 72.39"));
        }
    }

    /** Returns the rule that an amount breaks, and the cure; null if it breaks none, or is null. */
    static @Nullable String wrong(@Nullable BigDecimal amount) {
        if (amount == null) {
            return null;
        }
        if (amount.signum() < 0) {
            return "is negative: a refund cannot be reported";
        }
        if (isOverlong(amount)) {
            return "has over 15 digits: give it in major units, such as 19.99";
        }
        return null;
    }

    /** Returns the amount as it is sent: rounded to 6 decimals; null if it is null or {@link #wrong}. */
    static @Nullable BigDecimal sent(@Nullable BigDecimal amount) {
        if (amount == null || wrong(amount) != null) {
            return null;
        }
        return isRounded(amount)
                ? amount.setScale(MAX_DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros()
                : amount;
    }

    static boolean isSentUnchanged(@Nullable BigDecimal amount) {
        return wrong(amount) == null && !isRounded(amount);
    }

    /** Returns whether {@link #sent} changes an amount that breaks no rule. */
    static boolean isRounded(@Nullable BigDecimal amount) {
        return amount != null
                && amount.scale() > MAX_DECIMALS
                && amount.stripTrailingZeros().scale() > MAX_DECIMALS;
    }

    /** Asked before an amount is written out or computed with: 1E+1000000000 is a valid BigDecimal of a gigabyte. */
    private static boolean isOverlong(BigDecimal amount) {
        return (long) amount.precision() - amount.scale() > MAX_DIGITS || amount.scale() > LONGEST_SCALE;
    }

    private static boolean isMicro(@Nullable BigDecimal value) {
        return value != null
                && !isOverlong(value)
                && value.compareTo(MICRO) >= 0
                && value.remainder(MICRO_CENT).signum() == 0;
    }
}
