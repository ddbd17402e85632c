// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The figures of campaigns by day, which a test sets. Longer periods are sums of days. Not thread-safe. */
public final class Analytics {
    private static final int MAX_DAYS = 90;
    private static final Set<String> WINDOWS = Set.of("0", "1", "7", "14", "30", "60");
    private static final Set<String> GRANULARITIES = Set.of("TOTAL", "DAY", "WEEK", "MONTH");

    private final AdsStore store;
    private final Map<String, TreeMap<LocalDate, Map<String, BigDecimal>>> figures = new LinkedHashMap<>();

    Analytics(AdsStore store) {
        this.store = store;
    }

    /** Sets the figures of a campaign on a day, such as {@code SPEND_IN_MICRO_DOLLAR}. */
    public void set(String campaignId, LocalDate day, Map<String, ? extends Number> values) {
        Map<String, BigDecimal> exact = new LinkedHashMap<>();
        values.forEach((column, value) -> exact.put(column, new BigDecimal(value.toString())));
        figures.computeIfAbsent(campaignId, id -> new TreeMap<>()).put(day, exact);
    }

    void clear() {
        figures.clear();
    }

    /** Replies with a row for each campaign and period that has figures. */
    AdsReply ofCampaigns(AdsRequest request) {
        List<String> ids = request.values("campaign_ids");
        if (ids.isEmpty() || ids.size() > 250) {
            return AdsReply.badRequest("campaign_ids must be 1 to 250 ids");
        }
        return reply(request, ids::contains, "CAMPAIGN_ID");
    }

    /** Replies with a row for each period in which any campaign has figures. */
    AdsReply ofAccount(AdsRequest request) {
        return reply(request, id -> true, "AD_ACCOUNT_ID");
    }

    private AdsReply reply(AdsRequest request, Predicate<String> campaigns, String idColumn) {
        LocalDate start = date(request.value("start_date", ""));
        LocalDate end = date(request.value("end_date", ""));
        if (start == null || end == null) {
            return AdsReply.badRequest("start_date and end_date must be like 2026-11-27");
        }
        Optional<String> wrong = violation(request, start, end);
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        boolean aggregate = idColumn.equals("AD_ACCOUNT_ID")
                || request.value("aggregate_report_rows", "").equals("true");
        String granularity = request.value("granularity", "");
        Map<List<String>, Map<String, Object>> rows = new LinkedHashMap<>();
        figures.forEach((id, days) -> {
            if (campaigns.test(id)) {
                days.subMap(start, true, end, true).forEach((day, values) -> {
                    String period = period(day, granularity);
                    Map<String, Object> row =
                            rows.computeIfAbsent(List.of(aggregate ? "" : id, period), key -> new LinkedHashMap<>());
                    if (idColumn.equals("AD_ACCOUNT_ID")) {
                        row.put(idColumn, store.account());
                    } else if (!aggregate) {
                        row.put(idColumn, id);
                    }
                    if (!period.isEmpty()) {
                        row.put("DATE", period);
                    }
                    add(row, values, request.values("columns"));
                });
            }
        });
        return AdsReply.ok(new ArrayList<>(rows.values()));
    }

    private static void add(Map<String, Object> row, Map<String, BigDecimal> values, List<String> columns) {
        for (String column : columns) {
            BigDecimal value = values.get(column);
            if (value != null) {
                row.merge(column, value, (sum, more) -> ((BigDecimal) sum).add((BigDecimal) more));
            }
        }
    }

    private Optional<String> violation(AdsRequest request, LocalDate start, LocalDate end) {
        LocalDate today = LocalDate.ofInstant(store.clock().instant(), ZoneOffset.UTC);
        if (ChronoUnit.DAYS.between(start, today) > MAX_DAYS) {
            return Optional.of("start_date must not be over 90 days ago");
        }
        long days = ChronoUnit.DAYS.between(start, end);
        if (days < 0 || days > MAX_DAYS) {
            return Optional.of("end_date must be 0 to 90 days after start_date");
        }
        if (request.values("columns").isEmpty()
                || !request.values("columns").stream().allMatch(column -> column.matches("[A-Z][A-Z0-9_]+"))) {
            return Optional.of("columns must be names of columns");
        }
        if (!GRANULARITIES.contains(request.value("granularity", ""))) {
            return Optional.of("granularity must be one of " + GRANULARITIES + "; the fake has no figures by hour");
        }
        for (String name : List.of("click_window_days", "engagement_window_days", "view_window_days")) {
            if (!WINDOWS.contains(request.value(name, "30"))) {
                return Optional.of(name + " must be one of " + WINDOWS);
            }
        }
        return Set.of("TIME_OF_AD_ACTION", "TIME_OF_CONVERSION")
                        .contains(request.value("conversion_report_time", "TIME_OF_AD_ACTION"))
                ? Optional.empty()
                : Optional.of("conversion_report_time is invalid");
    }

    private static String period(LocalDate day, String granularity) {
        return switch (granularity) {
            case "DAY" -> day.toString();
            case "WEEK" ->
                day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toString();
            case "MONTH" -> day.withDayOfMonth(1).toString();
            default -> "";
        };
    }

    private static @Nullable LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException ignored) { // the caller reports it
            return null;
        }
    }
}
