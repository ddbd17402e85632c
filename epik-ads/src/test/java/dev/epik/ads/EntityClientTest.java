// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.LIMIT;
import static dev.epik.ads.AdsFixture.NEXT_MONTH;
import static dev.epik.ads.AdsFixture.applied;
import static dev.epik.ads.AdsFixture.autumn;
import static dev.epik.ads.AdsFixture.cart;
import static dev.epik.ads.AdsFixture.eur;
import static dev.epik.ads.AdsFixture.rejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.WriteFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Campaigns, ad groups and ads of a fake Pinterest. */
class EntityClientTest {
    private final AdsFixture fixture = new AdsFixture();
    private final AdsClient ads = fixture.ads;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void createsEverythingPaused() {
        Campaign campaign = fixture.campaign();
        AdGroup group = applied(ads.adGroups().create(cart(campaign.id())));
        Ad ad = applied(ads.ads().create(AdSpec.create(group.id(), "813744226420795884", "REGULAR")));

        assertEquals(EntityStatus.PAUSED, campaign.status());
        assertEquals(EntityStatus.PAUSED, group.status());
        assertEquals(EntityStatus.PAUSED, ad.status());
        assertEquals(Optional.of(eur("25.00")), campaign.dailyBudget());
        assertEquals(Objective.SALES, campaign.objective());
        assertFalse(group.isAutoTargeting(), "Pinterest's default would widen the targeting");
        assertEquals(List.of(), fixture.pinterest.ads().sentActive());
    }

    @Test
    void activeNeedsALimit() {
        WriteResult.Rejected<Campaign> result = rejected(ads.campaigns().create(autumn().active()));

        assertTrue(result.message().contains("SpendLimit"), result.message());
        assertEquals(0, fixture.pinterest.ads().writes());
        assertEquals(
                EntityStatus.ACTIVE,
                applied(ads.campaigns().create(autumn().active(), LIMIT)).status());
    }

    @Test
    void budgetOverTheLimitIsRefusedWithTheFigures() {
        CampaignSpec spec = autumn().dailyBudget(eur("100.01")).active();

        WriteResult.Rejected<Campaign> result = rejected(ads.campaigns().create(spec, LIMIT));

        assertEquals("The daily budget would be 100.01 EUR, and the limit is 100.00 EUR", result.message());
    }

    @Test
    void activeBudgetRisesByTheGivenPercentageOnly() {
        Campaign campaign = applied(ads.campaigns().create(autumn().active(), LIMIT));

        WriteResult.Rejected<Campaign> tooMuch = rejected(
                ads.campaigns().update(campaign.id(), CampaignSpec.change().dailyBudget(eur("37.51")), LIMIT));
        assertTrue(tooMuch.message().contains("by 51 %"), tooMuch.message());

        Campaign changed = applied(
                ads.campaigns().update(campaign.id(), CampaignSpec.change().dailyBudget(eur("37.50")), LIMIT));
        assertEquals(Optional.of(eur("37.50")), changed.dailyBudget());
        assertEquals(EntityStatus.ACTIVE, changed.status(), "a change of the budget changes nothing else");
    }

    @Test
    void lowerBudgetAndPauseNeedNoLimit() {
        Campaign campaign = applied(ads.campaigns().create(autumn().active(), LIMIT));

        applied(ads.campaigns().update(campaign.id(), CampaignSpec.change().dailyBudget(eur("20.00"))));
        assertEquals(
                EntityStatus.PAUSED,
                applied(ads.campaigns()
                                .update(campaign.id(), CampaignSpec.change().paused()))
                        .status());
    }

    @Test
    void sumOfActiveBudgetsIsLimited() {
        applied(ads.campaigns().create(autumn().active(), LIMIT));
        SpendLimit limit = LIMIT.withActiveSum(eur("40.00"));

        WriteResult.Rejected<Campaign> result =
                rejected(ads.campaigns().create(autumn().name("Winter").active(), limit));

        assertEquals(
                "The sum of all active daily budgets would be 50.00 EUR, and the limit is 40.00 EUR", result.message());
    }

    @Test
    void widerTargetingOfWhatIsActiveNeedsALimit() {
        Campaign campaign = applied(ads.campaigns().create(autumn().active(), LIMIT));
        AdGroup group = applied(ads.adGroups().create(cart(campaign.id()).active(), LIMIT));

        AdGroupSpec wider = AdGroupSpec.change().targeting(Targeting.locations(List.of("DE", "AT", "CH")));
        assertFalse(rejected(ads.adGroups().update(group.id(), wider)).isSent());
        applied(ads.adGroups().update(group.id(), wider, LIMIT));
    }

    @Test
    void laterEndOfWhatIsActiveNeedsALimit() {
        Campaign campaign =
                applied(ads.campaigns().create(autumn().end(AdsFixture.TOMORROW).active(), LIMIT));

        assertFalse(rejected(ads.campaigns()
                        .update(campaign.id(), CampaignSpec.change().end(NEXT_MONTH)))
                .isSent());
        assertFalse(rejected(ads.campaigns()
                        .update(campaign.id(), CampaignSpec.change().openEnded()))
                .isSent());
        applied(ads.campaigns().update(campaign.id(), CampaignSpec.change().end(NEXT_MONTH), LIMIT));
    }

    @Test
    void switchingToALifetimeBudgetRemovesTheDailyOne() {
        Campaign campaign = fixture.campaign();

        Campaign changed = applied(ads.campaigns()
                .update(
                        campaign.id(),
                        CampaignSpec.change().lifetimeBudget(eur("300.00")).end(NEXT_MONTH)));

        assertEquals(Optional.empty(), changed.dailyBudget());
        assertEquals(Optional.of(eur("300.00")), changed.lifetimeBudget());
    }

    @Test
    void anotherCurrencyIsRefused() {
        CampaignSpec spec = CampaignSpec.create("Autumn", Objective.SALES).dailyBudget(Money.of("25.00", "USD"));

        assertEquals(
                "An amount is in USD, the ad account in EUR: convert it",
                rejected(ads.campaigns().create(spec)).message());
    }

    @Test
    void oneCentAndAHundredTimesTheUsualAreRefused() {
        String cent = rejected(ads.campaigns().create(autumn().dailyBudget(eur("0.01"))))
                .message();
        assertTrue(cent.contains("is under 1.00 EUR"), cent);

        for (String name : List.of("A", "B", "C")) {
            applied(ads.campaigns().create(autumn().name(name)));
        }
        String much = rejected(ads.campaigns().create(autumn().dailyBudget(eur("2500.00"))))
                .message();
        assertTrue(much.contains("is 100 times the median 25.00 EUR of the ad account's 3"), much);
        applied(ads.campaigns().create(autumn().dailyBudget(eur("2500.00")), LIMIT.allowingUnusualAmounts()));
    }

    @Test
    void missingBudgetIsRefusedWithPinterestsCode() {
        WriteResult.Rejected<Campaign> result =
                rejected(ads.campaigns().create(CampaignSpec.create("Autumn", Objective.SALES)));

        assertEquals(OptionalInt.of(2384), result.code());
        assertFalse(result.isSent());
    }

    @Test
    void performancePlusHasActiveAdGroupsInAPausedCampaign() {
        Campaign campaign =
                applied(ads.campaigns().create(autumn().performancePlus().start(AdsFixture.TOMORROW)));

        AdGroup group = applied(ads.adGroups().create(cart(campaign.id())));
        assertEquals(EntityStatus.ACTIVE, group.status());

        WriteResult.Rejected<AdGroup> paused =
                rejected(ads.adGroups().update(group.id(), AdGroupSpec.change().paused()));
        assertEquals(OptionalInt.of(4073), paused.code());

        applied(ads.campaigns().update(campaign.id(), CampaignSpec.change().active(), LIMIT));
        assertFalse(rejected(ads.adGroups().create(cart(campaign.id()).name("Second")))
                .isSent());
    }

    @ParameterizedTest
    @EnumSource(
            value = WriteFault.class,
            names = {"ERROR_AFTER", "CLOSED_AFTER", "CLOSED_HALFWAY", "ERROR_BEFORE", "CLOSED_BEFORE"})
    void anUnclearAnswerIsUnknownAndNotRepeated(WriteFault fault) {
        fixture.pinterest.ads().failWrite(1, fault);

        WriteResult<Campaign> result = ads.campaigns().create(autumn());

        assertInstanceOf(WriteResult.Unknown.class, result);
        assertEquals(1, fixture.pinterest.ads().writes());
        assertEquals(
                fault.isApplied() ? 1 : 0, ads.campaigns().findByName("Autumn").size());
    }

    @Test
    void rateLimitedWriteIsRepeated() {
        fixture.pinterest.ads().failWrite(1, WriteFault.RATE_LIMITED);

        applied(ads.campaigns().create(autumn()));

        assertEquals(2, fixture.pinterest.ads().writes());
        assertEquals(1, ads.campaigns().findByName("Autumn").size());
    }

    @Test
    void exceptionOfAnAdIsAnObject() {
        Campaign campaign = fixture.campaign();
        AdGroup group = applied(ads.adGroups().create(cart(campaign.id())));
        fixture.pinterest.ads().remove(group.id());

        WriteResult.Rejected<Ad> result =
                rejected(ads.ads().create(AdSpec.create(group.id(), "813744226420795884", "REGULAR")));

        assertTrue(result.isSent());
        assertFalse(result.message().isBlank());
    }

    @Test
    void listsPagesAndAllStatuses() {
        for (int i = 0; i < 600; i++) {
            fixture.pinterest.ads().addCampaign(Map.of("name", "Campaign " + i, "status", "PAUSED"));
        }
        fixture.pinterest.ads().addCampaign(Map.of("name", "Old", "status", "ARCHIVED"));

        assertEquals(600, ads.campaigns().list().count());
        assertEquals(1, ads.campaigns().list(EnumSet.of(EntityStatus.ARCHIVED)).count());
        assertEquals(1, ads.campaigns().findByName("Old").size());
    }

    @Test
    void unknownWordsAndFieldsSurviveReading() {
        String id = fixture.pinterest
                .ads()
                .addCampaign(
                        Map.of("name", "New", "objective_type", "MOON_LANDING", "status", "ACTIVE", "new_field", 7));

        Campaign campaign = ads.campaigns().find(id).orElseThrow();

        assertEquals(Objective.OTHER, campaign.objective());
        assertEquals("MOON_LANDING", campaign.fields().get("objective_type"));
        assertTrue(campaign.json().contains("\"new_field\":7"), campaign.json());
    }

    @Test
    void onlyDigitsBecomePartOfAPath() {
        assertThrows(AdsException.class, () -> ads.campaigns().find("../../x"));
    }

    @Test
    void journalHasTheFieldsBeforeAndAfter(@TempDir Path directory) throws Exception {
        Path journal = directory.resolve("changes.ndjson");
        try (AdsFixture journaled = new AdsFixture(journal)) {
            Campaign campaign = journaled.campaign();
            applied(journaled
                    .ads
                    .campaigns()
                    .update(campaign.id(), CampaignSpec.change().dailyBudget(eur("30.00"))));
        }

        List<String> lines = Files.readAllLines(journal);
        assertEquals(4, lines.size());
        assertTrue(lines.get(2).contains("\"daily_spend_cap\":25000000"), lines.get(2));
        assertTrue(lines.get(2).contains("\"daily_spend_cap\":30000000"), lines.get(2));
        assertTrue(lines.get(3).contains("\"result\":\"applied\""), lines.get(3));
    }

    @Test
    void answerAboutAnotherCampaignChangesNothing() {
        String id = fixture.campaign().id();
        int writes = fixture.pinterest.ads().writes();
        for (String answer : List.of("{\"id\":\"1\",\"status\":\"PAUSED\"}", "{}")) {
            fixture.pinterest.ads().respondWith(FakeResponse.of(200, answer));
            assertThrows(
                    AdsException.class,
                    () -> ads.campaigns().update(id, CampaignSpec.change().active(), LIMIT),
                    answer);
        }
        assertEquals(writes, fixture.pinterest.ads().writes());
    }

    @Test
    void answerToAChangeWithAnotherIdIsUnknown() {
        String id = fixture.campaign().id();
        fixture.pinterest
                .ads()
                .respondWith(
                        FakeResponse.of(
                                200, ads.campaigns().find(id).orElseThrow().json()),
                        FakeResponse.of(200, "{\"items\":[{\"data\":{\"id\":\"1\"},\"exceptions\":[]}]}"));

        assertInstanceOf(
                WriteResult.Unknown.class,
                ads.campaigns().update(id, CampaignSpec.change().paused()));
    }
}
