// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.eur;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.AdsReport.Accepted;
import dev.epik.ads.AdsReport.CampaignRow;
import dev.epik.ads.AdsReport.DayRow;
import dev.epik.ads.AdsReport.Figures;
import dev.epik.testkit.AdsCall;
import dev.epik.testkit.FakeResponse;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures of campaigns, as they are read and as they are shown. */
@Timeout(60)
class AdsReportTest {
    private static final LocalDate DAY = LocalDate.parse("2026-11-20");

    private static AdsReport report() {
        Figures autumn = new Figures(eur("61.50"), 4, eur("240.00"));
        Figures old = new Figures(eur("3.00"), 0, Money.ofMicros(0, "EUR"));
        return new AdsReport(
                new AdsAccount("549755885175", "Shop", "EUR", ZoneId.of("Europe/Berlin")),
                DAY,
                DAY.plusDays(6),
                AttributionWindows.DEFAULT,
                List.of(
                        new CampaignRow("1", "Autumn", EntityStatus.ACTIVE, autumn),
                        new CampaignRow("2", "Old\u202eone", EntityStatus.ARCHIVED, old)),
                List.of(new DayRow(DAY, autumn), new DayRow(DAY.plusDays(2), old)),
                Map.of());
    }

    @Test
    void textShowsCampaignsAndDaysBesideWhatWasAccepted() {
        String text = report().withAccepted(Map.of(
                        DAY,
                        new Accepted(9, Map.of("EUR", eur("512.30"))),
                        DAY.plusDays(1),
                        new Accepted(2, Map.of("USD", Money.of("10.00", "USD"))),
                        DAY.minusDays(1),
                        new Accepted(2, Map.of())))
                .text();

        assertEquals("""
            Ad account 549755885175, 2026-11-20 to 2026-11-26 (days in UTC), amounts in EUR
            A checkout counts 30 days after a click, 30 after an engagement, 1 after a view; counted on the day of the\
             click, engagement or view

            Campaign  Status    Spend  Checkouts   Value  Cost/checkout  ROAS
            Autumn    ACTIVE    61.50          4  240.00          15.38  3.90
            Old one   ARCHIVED   3.00          0    0.00              -  0.00
            Total               64.50          4  240.00          16.13  3.72

            Day         Spend  Checkouts   Value  Cost/checkout  ROAS  Accepted  Accepted value
            2026-11-20  61.50          4  240.00          15.38  3.90         9          512.30
            2026-11-21   0.00          0    0.00              -     -         2       10.00 USD
            2026-11-22   3.00          0    0.00              -  0.00         0               -

            Accepted: what Epik sent and Pinterest took. Pinterest attributes only a part of it to ads.
            """, text);
    }

    @Test
    void jsonHasAmountsAsStrings() {
        String json = report().withAccepted(Map.of(DAY, new Accepted(9, Map.of("EUR", eur("512.30")))))
                .json();

        assertTrue(json.contains("\"time_zone\":\"UTC\",\"click_window_days\":30"), json);
        assertTrue(
                json.contains("\"total\":{\"spend\":\"64.50\",\"checkouts\":4,\"value\":\"240.00\","
                        + "\"cost_per_checkout\":\"16.13\",\"return_on_ad_spend\":\"3.72\"}"),
                json);
        assertTrue(json.contains("\"accepted_events\":9,\"accepted_values\":{\"EUR\":\"512.30\"}"), json);
    }

    @Test
    void figuresOfAllCampaignsAreReadAlsoOfArchivedOnes() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (AdsFixture fixture = new AdsFixture()) {
            String active = fixture.pinterest.ads().addCampaign(Map.of("name", "Autumn", "status", "ACTIVE"));
            String archived = fixture.pinterest.ads().addCampaign(Map.of("name", "Old", "status", "ARCHIVED"));
            for (int i = 0; i < 260; i++) {
                fixture.pinterest.ads().addCampaign(Map.of("name", "Other " + i));
            }
            String last = fixture.pinterest.ads().addCampaign(Map.of("name", "Last"));
            figures(fixture, active, today.minusDays(1), 10_000_000, 2, 50_000_000);
            figures(fixture, active, today, 5_000_000, 1, 20_000_000);
            figures(fixture, archived, today, 1_000_000, 0, 0);
            figures(fixture, last, today, 99_000_000, 3, 0);
            figures(fixture, active, today.minusDays(20), 77_000_000, 0, 0);

            AdsReport report = fixture.ads.report(today.minusDays(7));

            assertEquals(
                    List.of("Last", "Autumn", "Old"),
                    report.campaigns().stream().map(CampaignRow::name).toList());
            Figures autumn = report.campaigns().get(1).figures();
            assertEquals(new Figures(eur("15.00"), 3, eur("70.00")), autumn);
            assertEquals(Optional.of(eur("5.00")), autumn.costPerCheckout());
            assertEquals(Optional.of(new BigDecimal("4.67")), autumn.returnOnAdSpend());
            assertEquals(eur("115.00"), report.total().spend());
            assertEquals(
                    List.of(today.minusDays(1), today),
                    report.days().stream().map(DayRow::day).toList());
            AdsCall call = fixture.pinterest.ads().calls().stream()
                    .filter(one -> one.path().endsWith("/analytics"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(
                    call.query()
                            .contains("click_window_days=30&engagement_window_days=30&view_window_days=1&"
                                    + "conversion_report_time=TIME_OF_AD_ACTION"),
                    call.query());
        }
    }

    @Test
    void aFigureThatIsTooLargeIsNotWrappedAround() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (AdsFixture fixture = new AdsFixture()) {
            fixture.pinterest.ads().addCampaign(Map.of("name", "Autumn"));
            fixture.pinterest
                    .ads()
                    .respondWith(
                            FakeResponse.of(200, "{\"items\":[{\"id\":\"1\"}]}"),
                            FakeResponse.of(
                                    200,
                                    "[{\"CAMPAIGN_ID\":\"1\",\"DATE\":\"" + today
                                            + "\",\"SPEND_IN_MICRO_DOLLAR\":18446744073709551617}]"));

            AdsException e = assertThrows(AdsException.class, () -> fixture.ads.report(today));

            assertEquals("Pinterest's figure SPEND_IN_MICRO_DOLLAR is too large to be right", e.getMessage());
        }
    }

    private static void figures(AdsFixture fixture, String id, LocalDate day, long spend, int checkouts, long value) {
        fixture.pinterest
                .ads()
                .figures(
                        id,
                        day,
                        Map.of(
                                "SPEND_IN_MICRO_DOLLAR", spend,
                                "TOTAL_CHECKOUT", checkouts,
                                "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR", value));
    }

    @Test
    void daysAndWindowsThatPinterestRefusesAreRefusedBefore() {
        try (AdsFixture fixture = new AdsFixture()) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            assertThrows(AdsException.class, () -> fixture.ads.report(today.minusDays(91)));
            assertThrows(AdsException.class, () -> fixture.ads.report(today.plusDays(1)));
            assertTrue(fixture.ads.report(today).campaigns().isEmpty());
        }
        assertThrows(AdsException.class, () -> new AttributionWindows(30, 30, 2, false));
    }
}
