// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.AdsReport.CampaignRow;
import dev.epik.ads.AdsReport.DayRow;
import dev.epik.ads.AdsReport.Figures;
import dev.epik.ads.json.Fields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the figures of all campaigns, also of those that are archived. Thread-safe. */
final class ReportReader {
    private static final String SPEND = "SPEND_IN_MICRO_DOLLAR";
    private static final String CHECKOUTS = "TOTAL_CHECKOUT";
    private static final String VALUE = "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR";

    /** Pinterest's limit of a request for analytics. */
    private static final int MAX_CAMPAIGNS = 250;

    private final AdsContext context;
    private final EntityClient<Campaign, CampaignSpec> campaigns;

    ReportReader(AdsContext context, EntityClient<Campaign, CampaignSpec> campaigns) {
        this.context = context;
        this.campaigns = campaigns;
    }

    AdsReport read(LocalDate since, AttributionWindows windows) {
        LocalDate today = LocalDate.ofInstant(context.now(), ZoneOffset.UTC);
        long days = ChronoUnit.DAYS.between(since, today);
        if (days < 0 || days > AdsReport.MAX_DAYS) {
            throw new AdsException("A report begins 0 to " + AdsReport.MAX_DAYS + " days ago, not on " + since);
        }
        Map<String, Campaign> byId = new LinkedHashMap<>();
        try (Stream<Campaign> all = campaigns.list(EnumSet.complementOf(EnumSet.of(EntityStatus.OTHER)))) {
            all.forEach(campaign -> byId.put(campaign.id(), campaign));
        }
        Map<String, Figures> ofCampaigns = new LinkedHashMap<>();
        Map<LocalDate, Figures> ofDays = new TreeMap<>();
        List<String> ids = List.copyOf(byId.keySet());
        for (int from = 0; from < ids.size(); from += MAX_CAMPAIGNS) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + MAX_CAMPAIGNS));
            Object json = context.calls().readJson(path(since, today, windows, some));
            if (!(json instanceof List<?> rows)) {
                throw new AdsException("Pinterest's figures are not a list: is there a proxy in between?");
            }
            for (Object row : rows) {
                Fields fields = Fields.of(row);
                Figures figures = figures(fields);
                fields.text("CAMPAIGN_ID").ifPresent(id -> ofCampaigns.merge(id, figures, Figures::plus));
                ofDays.merge(day(fields), figures, Figures::plus);
            }
        }
        List<CampaignRow> campaignRows = new ArrayList<>();
        ofCampaigns.forEach((id, figures) -> {
            Campaign campaign = byId.get(id);
            campaignRows.add(new CampaignRow(
                    id,
                    campaign == null ? "" : campaign.name(),
                    campaign == null ? EntityStatus.OTHER : campaign.status(),
                    figures));
        });
        campaignRows.sort(
                Comparator.comparing((CampaignRow row) -> row.figures().spend()).reversed());
        List<DayRow> dayRows = ofDays.entrySet().stream()
                .map(day -> new DayRow(day.getKey(), day.getValue()))
                .toList();
        return new AdsReport(context.account(), since, today, windows, campaignRows, dayRows, Map.of());
    }

    private String path(LocalDate since, LocalDate until, AttributionWindows windows, List<String> ids) {
        return context.path(
                "/campaigns/analytics?start_date=" + since + "&end_date=" + until + "&granularity=DAY&columns="
                        + String.join(",", SPEND, CHECKOUTS, VALUE) + "&campaign_ids=" + String.join(",", ids) + "&"
                        + windows.query());
    }

    private Figures figures(Fields row) {
        String currency = context.account().currency();
        return new Figures(
                Money.ofMicros(whole(row, SPEND), currency),
                whole(row, CHECKOUTS),
                Money.ofMicros(whole(row, VALUE), currency));
    }

    /** Returns a number, which Pinterest may send with decimals; 0 if there is none. */
    private static long whole(Fields row, String column) {
        try {
            return row.decimal(column)
                    .orElse(BigDecimal.ZERO)
                    .max(BigDecimal.ZERO)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new AdsException("Pinterest's figure " + column + " is too large to be right");
        }
    }

    private static LocalDate day(Fields row) {
        try {
            return LocalDate.parse(row.text("DATE").orElse(""));
        } catch (DateTimeException e) {
            throw new AdsException("Pinterest sent figures without a day");
        }
    }
}
