// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an event must have to be sent, and what it had better have. Every message names the cure, none the value. */
final class EventRules {
    /** Clocks of two machines differ; more than this is a wrong clock, and Pinterest takes no event from the future. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    /** 2100: beyond it lies no sale, but every time in milliseconds that was taken for seconds. */
    private static final Instant MILLISECONDS_TAKEN_FOR_SECONDS = Instant.ofEpochSecond(4_102_444_800L);

    private static final Duration COUNTS_AS_OFFLINE = Duration.ofHours(1);

    /** No price has more decimals; {@code new BigDecimal(19.99)} has 48. */
    private static final int MOST_DECIMALS = 6;

    private static final int MOST_DIGITS = 15;

    private static final int LONGEST_SCALE = 100;

    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private EventRules() {}

    static List<Problem> refusals(ConversionEvent.Builder event, Instant time, Instant now) {
        List<Problem> problems = new ArrayList<>();
        if (isBlank(event.id)) {
            problems.add(new Problem("id", "is empty: give the order number, or an id shared with the browser tag"));
        }
        identity(event, problems);
        time(time, now, problems);
        if (event.value != null) {
            money("value", event.value, problems);
        }
        if (event.currency != null && !CURRENCIES.contains(event.currency)) {
            problems.add(new Problem("currency", "is no ISO 4217 code: use three capital letters, such as EUR"));
        }
        for (Item item : event.items) {
            item(item, problems);
        }
        return List.copyOf(problems);
    }

    static List<Problem> warnings(ConversionEvent.Builder event, Instant time, Instant now) {
        List<Problem> problems = new ArrayList<>(event.customer.problems());
        if (event.visit.clickId() == null) {
            problems.add(new Problem(
                    "clickId", "is missing: the sale can be matched by customer data alone. Is the filter in front?"));
        }
        if (Duration.between(time, now).compareTo(COUNTS_AS_OFFLINE) > 0) {
            problems.add(new Problem("time", "is over an hour ago: Pinterest counts the event as offline"));
        }
        return List.copyOf(problems);
    }

    /** Pinterest's published rule: {@code em}, or {@code hashed_maids}, or IP address and user agent together. */
    private static void identity(ConversionEvent.Builder event, List<Problem> problems) {
        boolean browser = event.visit.ip() != null && event.visit.userAgent() != null;
        if (event.customer.hashes(MatchKey.EMAIL).isEmpty() && !browser) {
            problems.add(new Problem(
                    "customer",
                    "cannot be matched: give an email, or a visit with IP address and user agent;"
                            + " a phone number or a click id alone is refused by Pinterest"));
        }
    }

    private static void time(Instant time, Instant now, List<Problem> problems) {
        if (time.isAfter(MILLISECONDS_TAKEN_FOR_SECONDS)) {
            problems.add(new Problem("time", "lies beyond the year 2100: were milliseconds taken for seconds?"));
        } else if (time.isAfter(now.plus(CLOCK_DIFFERENCE))) {
            problems.add(new Problem("time", "lies in the future: check the clock of this machine"));
        } else if (time.getEpochSecond() <= 0) {
            problems.add(new Problem("time", "lies before 1970: give the time of the event"));
        }
    }

    private static void item(Item item, List<Problem> problems) {
        if (isBlank(item.id())) {
            problems.add(new Problem("item.id", "is empty: give the product's id in the catalogue"));
        }
        if (item.quantity() < 1) {
            problems.add(new Problem("item.quantity", "is below 1: leave the item out"));
        }
        money("item.price", item.price(), problems);
    }

    private static void money(String field, @Nullable BigDecimal amount, List<Problem> problems) {
        if (amount == null) {
            problems.add(new Problem(field, "is null: leave it out"));
        } else if (amount.signum() < 0) {
            problems.add(new Problem(field, "is negative: a refund cannot be reported"));
        } else if ((long) amount.precision() - amount.scale() > MOST_DIGITS || amount.scale() > LONGEST_SCALE) {
            // before it is written out: 1E+1000000000 is a valid BigDecimal of a gigabyte
            problems.add(new Problem(
                    field, "has over 15 digits: give it in major units, such as new BigDecimal(\"19.99\")"));
        } else if (amount.stripTrailingZeros().scale() > MOST_DECIMALS) {
            problems.add(new Problem(
                    field, "has over 6 decimals: was it made from a double? Use new BigDecimal(\"19.99\")"));
        }
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
