// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import dev.epik.ads.Money;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/** Finds amounts that look like a mistake between major and minor units. */
public final class UnusualAmount {
    private static final int MIN_MINOR_UNITS = 100;
    private static final int MIN_SAMPLES = 3;
    private static final long FACTOR = 50;
    private static final long MICROS = 1_000_000;

    private UnusualAmount() {}

    /**
     * Returns why an amount looks like a mistake; empty if it does not.
     *
     * @param what such as "daily budget"
     * @param usual other amounts of this kind in the ad account, in micro-currency; they count from three on
     */
    public static Optional<String> of(String what, Money amount, List<Long> usual) {
        int digits = Currency.getInstance(amount.currency()).getDefaultFractionDigits();
        long smallest = MICROS;
        for (int digit = 0; digit < digits; digit++) {
            smallest /= 10;
        }
        if (what.endsWith("budget") && amount.micros() < smallest * MIN_MINOR_UNITS) {
            return Optional.of("The " + what + " " + amount + " is under "
                    + Money.ofMicros(smallest * MIN_MINOR_UNITS, amount.currency())
                    + ". Amounts are in major units: write 25.00 for 25");
        }
        List<Long> sorted = usual.stream().filter(value -> value > 0).sorted().toList();
        if (sorted.size() < MIN_SAMPLES) {
            return Optional.empty();
        }
        long median = sorted.get(sorted.size() / 2);
        if (amount.micros() / FACTOR < median) {
            return Optional.empty();
        }
        return Optional.of("The " + what + " " + amount + " is " + amount.micros() / median + " times the median "
                + Money.ofMicros(median, amount.currency()) + " of the ad account's " + sorted.size()
                + ". Was it written in minor units? If not, allow unusual amounts in the SpendLimit");
    }
}
