// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import dev.epik.ads.Money;
import dev.epik.ads.json.Fields;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds amounts that look like a mistake between major and minor units. */
public final class UnusualAmount {
    private static final int MIN_MINOR_UNITS = 100;
    private static final int MIN_SAMPLES = 3;
    private static final long FACTOR = 50;
    private static final long MICROS = 1_000_000;

    /** A field with an amount, and its name in messages. */
    private record Field(String name, String title) {}

    private static final List<Field> FIELDS = List.of(
            new Field("daily_spend_cap", "daily budget"),
            new Field("lifetime_spend_cap", "lifetime budget"),
            new Field("budget_in_micro_currency", "ad group budget"),
            new Field("bid_in_micro_currency", "bid"));

    private UnusualAmount() {}

    /**
     * Returns which amounts of a body look like a mistake, and why; empty if none does.
     *
     * @param others the entities of this kind in the ad account; asked for only if the body has an amount
     */
    public static List<String> in(
            Map<String, ? extends @Nullable Object> body, String currency, Supplier<List<Fields>> others) {
        List<String> unusual = new ArrayList<>();
        List<Fields> existing = null;
        for (Field field : FIELDS) {
            if (body.get(field.name) instanceof Long micros && micros > 0) {
                existing = existing == null ? others.get() : existing;
                List<Long> usual = existing.stream()
                        .map(each -> each.number(field.name).orElse(0))
                        .toList();
                of(field.title, Money.ofMicros(micros, currency), usual).ifPresent(unusual::add);
            }
        }
        return unusual;
    }

    /**
     * Returns why an amount looks like a mistake; empty if it does not.
     *
     * @param what such as "daily budget"
     * @param usual other amounts of this kind in the ad account, in micro-currency; they count from three on
     */
    private static Optional<String> of(String what, Money amount, List<Long> usual) {
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
