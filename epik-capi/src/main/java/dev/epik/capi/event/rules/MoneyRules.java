// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.normalize.Amount;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks amounts and currencies. Finds micro-units, amounts that were made from a {@code double}, and refunds. */
final class MoneyRules {
    static final String ROUNDED =
            "has over 6 decimals: was it made from a binary float? Give it as text, such as 19.99."
                    + " Rounded to 6 decimals.";

    /** 1.00 in micro-units. */
    private static final BigDecimal MICRO = BigDecimal.valueOf(1_000_000);

    /** 0.01 in micro-units: an amount that was multiplied is a multiple of it. */
    private static final BigDecimal MICRO_CENT = BigDecimal.valueOf(10_000);

    /** The currencies in which a million is unusual. A million rupiah or won buys one evening's shopping. */
    private static final Set<String> STRONG_CURRENCIES = Set.of(
            "AUD", "BRL", "CAD", "CHF", "DKK", "EUR", "GBP", "ILS", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "USD");

    /** Those of ISO 4217, old ones included, without codes for metals, funds and tests. */
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .filter(code -> !code.startsWith("X") || code.matches("XAF|XCD|XCG|XOF|XPF"))
            .collect(Collectors.toUnmodifiableSet());

    /** The currencies that a country uses today, as far as this JDK knows. */
    private static final Set<String> CURRENT_CURRENCIES = Stream.of(Locale.getISOCountries())
            .map(country -> Currency.getInstance(new Locale("", country)))
            .filter(currency -> currency != null) // Antarctica has none
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private MoneyRules() {}

    static void check(EventDraft event, ProblemReporter problems) {
        String brokenRule = Amount.brokenRule(event.value);
        if (brokenRule != null) {
            problems.error("value", brokenRule);
        } else if (Amount.isRounded(event.value)) {
            problems.warning("value", ROUNDED);
        }
        checkOptional("predictedLtv", event.predictedLtv, problems);
        if (event.value != null && event.value.signum() == 0) {
            problems.warning("value", "is zero, which Pinterest advises against: leave it out");
        }
        if (event.currency != null && !CURRENCIES.contains(event.currency)) {
            problems.error("currency", "is not an ISO 4217 code: use its three letters, such as EUR");
        } else if (event.currency != null && !CURRENT_CURRENCIES.contains(event.currency)) {
            problems.warning("currency", "is not used by any country today: is it the right code?");
        }
        if (event.value != null && event.currency == null) {
            problems.warning("currency", "is missing: Pinterest assumes the currency of the ad account");
        }
        if (event.currency != null && STRONG_CURRENCIES.contains(event.currency) && isMicro(event.value)) {
            problems.warning(
                    "value", "looks like micro-units, a million times too much: give major units, such as 72.39");
        }
    }

    /** Warns of an amount that breaks a rule: it is left out. */
    static void checkOptional(String field, @Nullable BigDecimal amount, ProblemReporter problems) {
        String brokenRule = Amount.brokenRule(amount);
        if (brokenRule != null) {
            problems.warning(field, brokenRule + ". Left out.");
        } else if (Amount.isRounded(amount)) {
            problems.warning(field, ROUNDED);
        }
    }

    private static boolean isMicro(@Nullable BigDecimal value) {
        return value != null
                && !Amount.isTooLong(value)
                && value.compareTo(MICRO) >= 0
                && value.remainder(MICRO_CENT).signum() == 0;
    }
}
