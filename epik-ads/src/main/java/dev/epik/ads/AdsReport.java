// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import dev.epik.capi.DeliveryListener;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A report of what was spent, and of the checkouts that Pinterest attributes to it, by campaign and by day. All amounts
 * are in the currency of the ad account. Immutable.
 *
 * <p><b>Days</b> are in UTC. Pinterest offers the ad account's own zone to some ad accounts only (closed beta), so it
 * is not used.
 *
 * @param account the ad account
 * @param since the first day
 * @param until the last day, which may not be complete yet
 * @param windows when a checkout counts for an ad
 * @param campaigns those with figures, the most expensive first
 * @param days those with figures, in their order
 * @param accepted the conversion events that Pinterest accepted from Epik, by day; empty if none were given
 */
public record AdsReport(
        AdsAccount account,
        LocalDate since,
        LocalDate until,
        AttributionWindows windows,
        List<CampaignRow> campaigns,
        List<DayRow> days,
        Map<LocalDate, Accepted> accepted) {
    /** The limit of Pinterest's analytics: a report begins at most this many days ago. */
    public static final int MAX_DAYS = 90;

    /** Copies the lists and the map. */
    public AdsReport {
        campaigns = List.copyOf(campaigns);
        days = List.copyOf(days);
        accepted = java.util.Collections.unmodifiableMap(new TreeMap<>(accepted));
    }

    /**
     * Figures of a campaign, a day or all of them. Immutable.
     *
     * @param spend what was spent
     * @param checkouts how many checkouts Pinterest attributes to ads
     * @param value the value of these checkouts
     */
    public record Figures(Money spend, long checkouts, Money value) {
        private static final int RATIO_DIGITS = 2;

        /** Returns what one attributed checkout has cost, in micro-currency rounded; empty without checkouts. */
        public Optional<Money> costPerCheckout() {
            return checkouts == 0
                    ? Optional.empty()
                    : Optional.of(Money.ofMicros(
                            BigDecimal.valueOf(spend.micros())
                                    .divide(BigDecimal.valueOf(checkouts), 0, RoundingMode.HALF_UP)
                                    .longValueExact(),
                            spend.currency()));
        }

        /** Returns the attributed value for one unit that was spent, with two decimals; empty if nothing was spent. */
        public Optional<BigDecimal> returnOnAdSpend() {
            return spend.micros() == 0
                    ? Optional.empty()
                    : Optional.of(BigDecimal.valueOf(value.micros())
                            .divide(BigDecimal.valueOf(spend.micros()), RATIO_DIGITS, RoundingMode.HALF_UP));
        }

        Figures plus(Figures other) {
            return new Figures(spend.plus(other.spend), checkouts + other.checkouts, value.plus(other.value));
        }

        static Figures none(String currency) {
            Money zero = Money.ofMicros(0, currency);
            return new Figures(zero, 0, zero);
        }
    }

    /** The figures of a campaign. Immutable. */
    public record CampaignRow(String id, String name, EntityStatus status, Figures figures) {}

    /** The figures of a day. Immutable. */
    public record DayRow(LocalDate day, Figures figures) {}

    /**
     * The checkouts that Pinterest accepted from Epik on a day. Immutable.
     *
     * @param events how many checkouts
     * @param values the value of those that have one, by currency
     */
    public record Accepted(long events, Map<String, Money> values) {
        /** Copies the map. */
        public Accepted {
            values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
        }

        Accepted plus(Accepted other) {
            Map<String, Money> sum = new TreeMap<>(values);
            other.values.forEach((currency, value) -> sum.merge(currency, value, Money::plus));
            return new Accepted(Math.addExact(events, other.events), sum);
        }
    }

    /**
     * Returns a listener for the client that keeps the checkouts that Pinterest accepted in a file, for
     * {@link #readAccepted} and {@code epik ads report --accepted}. For each it appends a line
     * {@code day,events,value,currency}, such as {@code 2026-11-20,1,25.00,EUR}: the day on which it happened, in UTC,
     * and no personal data. It is thread-safe and holds nothing open. Several processes of a computer can have one
     * file, which may be renamed or deleted at any time. In a crash the last lines may be missing; see
     * {@link DeliveryListener}.
     *
     * @param file created with the first checkout, readable by its owner only
     * @param adAccount the id of the ad account whose checkouts are kept
     */
    public static DeliveryListener keepAccepted(Path file, String adAccount) {
        return new AcceptedCheckouts(file, adAccount);
    }

    /**
     * Reads files of accepted checkouts. Lines of one day are added, by currency, so another program may write one line
     * for each day and currency.
     *
     * @throws AdsException if a file cannot be read, or a line is not {@code day,events,value,currency}
     */
    public static Map<LocalDate, Accepted> readAccepted(List<Path> files) {
        return AcceptedCheckouts.read(files);
    }

    /** Returns the report with the daily checkouts that Pinterest accepted. */
    public AdsReport withAccepted(Map<LocalDate, Accepted> events) {
        return new AdsReport(account, since, until, windows, campaigns, days, events);
    }

    /** Returns the sum of all campaigns. */
    public Figures total() {
        return campaigns.stream().map(CampaignRow::figures).reduce(Figures.none(account.currency()), Figures::plus);
    }

    /** Returns the report as tables for people. */
    public String text() {
        return ReportText.of(this);
    }

    /** Returns the report as JSON. Amounts are strings in major units. */
    public String json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("ad_account", account.id());
        json.put("currency", account.currency());
        json.put("since", since.toString());
        json.put("until", until.toString());
        json.put("time_zone", "UTC");
        json.put("click_window_days", windows.clickDays());
        json.put("engagement_window_days", windows.engagementDays());
        json.put("view_window_days", windows.viewDays());
        json.put("counted_on", windows.isByConversionTime() ? "conversion" : "ad_action");
        json.put("total", figures(total()));
        json.put(
                "campaigns",
                campaigns.stream()
                        .map(row -> {
                            Map<String, @Nullable Object> campaign = new LinkedHashMap<>();
                            campaign.put("id", row.id());
                            campaign.put("name", row.name());
                            campaign.put("status", row.status().name());
                            campaign.putAll(figures(row.figures()));
                            return campaign;
                        })
                        .toList());
        json.put("days", ReportText.allDays(this).stream().map(this::day).toList());
        return Json.write(json);
    }

    private Map<String, @Nullable Object> day(LocalDate day) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("day", day.toString());
        json.putAll(figures(on(day)));
        Accepted events = accepted.get(day);
        if (events != null) {
            json.put("accepted_events", events.events());
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            events.values()
                    .forEach((currency, value) ->
                            values.put(currency, value.amount().toPlainString()));
            json.put("accepted_values", values);
        }
        return json;
    }

    Figures on(LocalDate day) {
        return days.stream()
                .filter(row -> row.day().equals(day))
                .map(DayRow::figures)
                .reduce(Figures.none(account.currency()), Figures::plus);
    }

    private static Map<String, @Nullable Object> figures(Figures figures) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("spend", figures.spend().amount().toPlainString());
        json.put("checkouts", figures.checkouts());
        json.put("value", figures.value().amount().toPlainString());
        json.put(
                "cost_per_checkout",
                figures.costPerCheckout().map(ReportText::amount).orElse(null));
        json.put(
                "return_on_ad_spend",
                figures.returnOnAdSpend().map(BigDecimal::toPlainString).orElse(null));
        return json;
    }
}
