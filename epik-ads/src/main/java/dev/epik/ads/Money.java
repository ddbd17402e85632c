// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Objects;

/**
 * An amount of money in the currency of an ad account. The Ads API counts in micro-currency: a million is one major
 * unit, in every currency, also in those without decimals such as JPY. Immutable.
 *
 * <p>Conversion events have major units instead, so they do not take this type.
 */
public final class Money implements Comparable<Money> {
    private static final int MICRO_DIGITS = 6;

    private final long micros;
    private final Currency currency;

    private Money(long micros, Currency currency) {
        this.micros = micros;
        this.currency = currency;
    }

    /**
     * Returns an amount from text in major units, such as {@code Money.of("25.00", "EUR")}.
     *
     * @param amount digits with a point as decimal separator, more than 0, no exponent, no more decimals than the
     *     currency has
     * @param currency three letters of ISO 4217
     * @throws AdsException if the amount or the currency is not valid
     */
    public static Money of(String amount, String currency) {
        Objects.requireNonNull(amount, "amount");
        if (!amount.matches("[0-9]{1,19}(\\.[0-9]{1,9})?")) {
            throw new AdsException("The amount is not a number: write digits and a point, such as \"25.00\"");
        }
        return of(new BigDecimal(amount), currency);
    }

    /**
     * Returns an amount in major units. There is no method for a {@code double}, which cannot hold most amounts
     * exactly.
     *
     * @param amount more than 0, no more decimals than the currency has
     * @param currency three letters of ISO 4217
     * @throws AdsException if the amount or the currency is not valid
     */
    public static Money of(BigDecimal amount, String currency) {
        Objects.requireNonNull(amount, "amount");
        Currency known = currency(currency);
        if (amount.signum() <= 0) {
            throw new AdsException("The amount must be more than 0, because Pinterest takes 0 for \"not set\"");
        }
        if ((long) amount.precision() - amount.scale() > 19 || amount.scale() > 100) {
            throw new AdsException("The amount has too many digits for Pinterest: give it in major units");
        }
        BigDecimal shortest = amount.stripTrailingZeros();
        int digits = known.getDefaultFractionDigits();
        if (shortest.scale() > digits) {
            throw new AdsException("The amount " + amount.toPlainString() + " has more decimals than " + currency
                    + " has (" + digits + "): round it");
        }
        try {
            return new Money(shortest.movePointRight(MICRO_DIGITS).longValueExact(), known);
        } catch (ArithmeticException e) {
            throw new AdsException(
                    "The amount " + amount.toPlainString() + " is too large for Pinterest: give it in major units");
        }
    }

    /**
     * Returns an amount from micro-currency, as Pinterest reports it.
     *
     * @param micros a million is one major unit; 0 or more
     * @param currency three letters of ISO 4217
     * @throws AdsException if the amount is negative or the currency is unknown
     */
    public static Money ofMicros(long micros, String currency) {
        if (micros < 0) {
            throw new AdsException("An amount in micro-currency is 0 or more, not " + micros);
        }
        return new Money(micros, currency(currency));
    }

    private static Currency currency(String code) {
        Objects.requireNonNull(code, "currency");
        try {
            Currency currency = Currency.getInstance(code);
            if (currency.getDefaultFractionDigits() >= 0) { // gold and test codes have none
                return currency;
            }
        } catch (IllegalArgumentException ignored) {
            // the message below names the mistake
        }
        throw new AdsException("The currency is not a code of ISO 4217: use its three letters, such as EUR");
    }

    /** Returns the amount in micro-currency. */
    public long micros() {
        return micros;
    }

    /** Returns the amount in major units, with as many decimals as the currency has, or more if it needs them. */
    public BigDecimal amount() {
        BigDecimal amount = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
        int digits = currency.getDefaultFractionDigits();
        return amount.scale() < digits ? amount.setScale(digits) : amount;
    }

    /** Returns the three letters of the currency. */
    public String currency() {
        return currency.getCurrencyCode();
    }

    /**
     * Returns the sum.
     *
     * @throws AdsException if the currencies differ or the sum is too large
     */
    public Money plus(Money other) {
        requireSameCurrency(other);
        try {
            return new Money(Math.addExact(micros, other.micros), currency);
        } catch (ArithmeticException e) {
            throw new AdsException("The sum of " + this + " and " + other + " is too large");
        }
    }

    /**
     * Compares two amounts of one currency.
     *
     * @throws AdsException if the currencies differ
     */
    @Override
    public int compareTo(Money other) {
        requireSameCurrency(other);
        return Long.compare(micros, other.micros);
    }

    private void requireSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new AdsException("The currencies " + currency + " and " + other.currency
                    + " are mixed: use the currency of the ad account");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Money money && money.micros == micros && money.currency.equals(currency);
    }

    @Override
    public int hashCode() {
        return Objects.hash(micros, currency);
    }

    /** Returns the amount in major units with the currency, such as {@code 25.00 EUR}. */
    @Override
    public String toString() {
        return amount().toPlainString() + " " + currency;
    }
}
