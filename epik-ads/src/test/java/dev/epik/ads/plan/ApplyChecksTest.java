// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakeResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applying while Pinterest's answers are not true, or while a person changes the ad account. */
class ApplyChecksTest {
    private static final String ACTIVE = PlanFixture.LIMIT + """
            campaigns:
              - name: Autumn
                status: ACTIVE
                objective: SALES
                daily_budget: "25.00"
                ad_groups:
                  - name: Left the cart
                    status: ACTIVE
                    billable_event: IMPRESSION
                    locations: [DE]
                    ads: [{name: Vase, status: ACTIVE, pin_id: "1", creative_type: REGULAR}]
            """;
    private static final String AUTUMN = PlanFixture.LIMIT
            + "campaigns: [{name: Autumn, status: ACTIVE, objective: SALES, daily_budget: \"25.00\"}]";
    private static final String NO_ITEMS = "{\"items\":[],\"bookmark\":null}";

    @TempDir
    private Path directory;

    private PlanFixture at;

    @BeforeEach
    void open() {
        at = new PlanFixture(directory);
    }

    @AfterEach
    void close() {
        at.close();
    }

    /** Applies, and does something after the first write was announced or stored. */
    private ApplyReport apply(String text, Applier.CrashPoint point, Runnable then) {
        boolean[] isDone = {false};
        AdsPlanner planner = PlanFixture.planner(at.ads, Clock.systemUTC(), reached -> {
            if (reached == point && !isDone[0]) {
                isDone[0] = true;
                then.run();
            }
        });
        return planner.apply(planner.plan(at.file(text)));
    }

    private String live() {
        return at.fake.addCampaign(Map.of("name", "Live", "status", "ACTIVE", "daily_spend_cap", 50_000_000L));
    }

    private static FakeResponse campaign(String id, String name, String status) {
        return FakeResponse.of(200, json(id, name, status));
    }

    private static String json(String id, String name, String status) {
        return "{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"status\":\"" + status
                + "\",\"daily_spend_cap\":25000000,\"is_campaign_budget_optimization\":true}";
    }

    private static FakeResponse written(String id, String name, String status) {
        return FakeResponse.of(200, "{\"items\":[{\"data\":" + json(id, name, status) + ",\"exceptions\":[]}]}");
    }

    @Test
    void pauseThatPinterestConfirmsAndDoesNotMakeIsAFailure() {
        String id = live();

        ApplyReport report = apply(
                "campaigns: [{id: \"" + id + "\", status: PAUSED}]",
                Applier.CrashPoint.ANNOUNCED,
                () -> at.fake.respondWith(campaign(id, "Live", "ACTIVE"), written(id, "Live", "PAUSED")));

        assertFalse(report.isComplete(), report.text());
        assertTrue(report.failure().orElse("").contains("status is ACTIVE, not PAUSED"), report.text());
        assertTrue(report.failure().orElse("").startsWith("campaign \"Live\": "), report.text());
    }

    @Test
    void campaignThatIsCreatedActiveAlthoughItWasSentPausedStopsTheApply() {
        FakeResponse active = campaign("777", "Autumn", "ACTIVE");

        ApplyReport report = apply(
                ACTIVE,
                Applier.CrashPoint.ANNOUNCED,
                () -> at.fake.respondWith(
                        FakeResponse.of(200, NO_ITEMS), // what is usual in the ad account
                        written("777", "Autumn", "ACTIVE"),
                        active,
                        active,
                        active,
                        active));

        assertTrue(report.failure().orElse("").contains("status is ACTIVE, not PAUSED"), report.text());
        assertEquals(0, report.applied().size());
        assertEquals(List.of(), at.fake.sentActive());
    }

    @Test
    void answerWithTheIdOfAnotherCampaignDoesNotActivateThatOne() {
        String other = at.fake.addCampaign(Map.of("name", "Other", "status", "PAUSED"));

        ApplyReport report = apply(
                AUTUMN,
                Applier.CrashPoint.ANNOUNCED,
                () -> at.fake.respondWith(FakeResponse.of(200, NO_ITEMS), written(other, "Autumn", "PAUSED")));

        assertTrue(report.failure().orElse("").contains("the id of another one, " + other), report.text());
        assertEquals(List.of("PAUSED"), at.statuses());
    }

    @Test
    void nothingIsActivatedWithABudgetThatAPersonHasChanged() {
        ApplyReport report = apply(
                AUTUMN,
                Applier.CrashPoint.STORED,
                () -> at.fake.change(
                        String.valueOf(at.fake.campaigns().get(0).get("id")), "daily_spend_cap", 99_000_000L));

        assertTrue(report.failure().orElse("").contains("daily_budget is 99, not 25"), report.text());
        assertEquals(List.of("PAUSED"), at.statuses());
    }

    @Test
    void nothingIsActivatedWithATargetingThatAPersonHasChanged() {
        at.apply(ACTIVE.replace("status: ACTIVE", "status: PAUSED"));
        String group = String.valueOf(at.fake.adGroups().get(0).get("id"));

        ApplyReport report = apply(
                ACTIVE,
                Applier.CrashPoint.STORED,
                () -> at.fake.change(group, "targeting_spec", Map.of("LOCATION", List.of("DE", "US"))));

        assertTrue(report.failure().orElse("").contains("locations is [DE, US], not [DE]"), report.text());
        assertEquals("PAUSED", at.fake.get(group).get("status"));
    }

    @Test
    void savedPlanThatOverwritesDriftDoesNotUndoALaterPause() {
        Path saved = directory.resolve("plan.json");
        AdsPlanner overwriting = at.planner.overwritingDrift();
        overwriting.plan(at.file(AUTUMN)).save(saved);
        assertTrue(at.planner.apply(SavedPlan.read(saved)).isComplete());
        assertTrue(at.planner.pauseAll().isComplete());

        ApplyReport report = at.planner.apply(SavedPlan.read(saved));

        assertTrue(report.refusals().toString().contains("last applied ACTIVE, now PAUSED"), report.text());
        assertEquals(List.of("PAUSED"), at.statuses());
        assertTrue(overwriting.plan(at.file(AUTUMN)).refusals().isEmpty(), "a new plan overwrites it");
    }

    @Test
    void riseOfSeveralAdGroupsIsLimitedTogether() {
        String campaign = at.fake.addCampaign(
                Map.of("name", "Live", "status", "ACTIVE", "is_campaign_budget_optimization", false));
        StringBuilder text =
                new StringBuilder("spend_limit: {daily: 1000}\ncampaigns: [{id: \"" + campaign + "\", ad_groups: [");
        for (int budget : new int[] {29, 33}) { // from 40 to 49, and from 49 to 62
            String group = at.fake.addAdGroup(Map.of(
                    "campaign_id",
                    campaign,
                    "name",
                    "G" + budget,
                    "status",
                    "ACTIVE",
                    "budget_in_micro_currency",
                    20_000_000L));
            text.append("{id: \"")
                    .append(group)
                    .append("\", daily_budget: ")
                    .append(budget)
                    .append("}, ");
        }

        Plan plan = at.plan(text.append("]}]").toString());

        assertEquals(1, plan.refusals().size(), plan.text());
        assertTrue(plan.refusals().get(0).contains("from 40.00 EUR to 62.00 EUR, by 55 %"), plan.text());
    }
}
