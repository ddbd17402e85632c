// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.Money;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plans that are made and applied at a fake Pinterest. */
@Timeout(60)
class PlansTest {
    private static final String ROADMAP = """
            spend_limit: {daily: "100.00", lifetime: "1000.00", bid: "5.00", rise_percent: 50}
            audiences:
              - {name: "Added to cart", type: visitors, event: add_to_cart, retention_days: 30}
              - {name: "Buyers", type: visitors, event: checkout, retention_days: 180}
              - {name: "Like our buyers", type: actalike, seed: "Buyers", country: DE, percentage: 3}
            campaigns:
              - name: Autumn
                objective: SALES
                daily_budget: "25.00"
                start: 2036-12-01T00:00:00Z
                end: 2036-12-24T23:00:00Z
                ad_groups:
                  - name: Left the cart
                    billable_event: IMPRESSION
                    include: ["Added to cart"]
                    exclude: ["Buyers"]
                    auto_targeting: false
                    locations: [DE, AT]
                    interests: ["Garden"]
                    ads:
                      - {name: Vase, pin_id: "813744226420795884", creative_type: REGULAR, destination_url: "https://shop.example/vase"}
            """;
    private static final String AUTUMN = "campaigns: [{name: Autumn, objective: SALES, daily_budget: \"25.00\"}]";

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

    @Test
    void createsEverythingPausedAndThenNothing() {
        Plan plan = at.plan(ROADMAP);
        assertEquals(List.of(), plan.refusals());
        assertEquals(6, plan.actions().size(), plan.text());
        assertEquals(0, at.fake.writes(), "planning sends nothing");

        at.apply(ROADMAP);

        assertEquals(List.of("PAUSED"), at.statuses());
        assertEquals(List.of(), at.fake.sentActive());
        assertEquals(3, at.fake.audiences().size());
        String targeting = String.valueOf(at.fake.adGroups().get(0).get("targeting_spec"));
        assertTrue(
                targeting.contains(
                        "AUDIENCE_INCLUDE=[" + at.fake.audiences().get(0).get("id") + "]"),
                targeting);
        assertTrue(targeting.contains("INTEREST=[900011]"), targeting);
        Plan again = at.plan(ROADMAP);
        assertTrue(again.isEmpty(), again.text());
        int writes = at.fake.writes();
        at.apply(ROADMAP);
        assertEquals(writes, at.fake.writes());
    }

    @Test
    void exportedFileChangesNothing() {
        at.apply(ROADMAP);
        String lifetime = at.fake.addCampaign(Map.of(
                "name", "Odd \"name\"\\ \u0007 \u2028 — 🎄",
                "status", "ACTIVE",
                "objective_type", "MOON_LANDING",
                "lifetime_spend_cap", 300_000_000L,
                "end_time", Instant.now().plus(Duration.ofDays(9)).getEpochSecond()));
        at.fake.addAdGroup(Map.of("campaign_id", lifetime, "name", "No", "bid_in_micro_currency", 1_230_000L));
        String groups = at.fake.addCampaign(Map.of("name", "Old", "is_campaign_budget_optimization", false));
        String group = at.fake.addAdGroup(Map.of("campaign_id", groups));
        at.fake.addAd(Map.of("ad_group_id", group, "destination_url", "no address"));
        at.fake.addCampaign(Map.of("name", "Gone", "status", "ARCHIVED"));

        String exported = at.planner.export();
        Plan plan = at.planner.plan(PlanFile.of(exported, directory.resolve("exported.yaml")));

        assertTrue(plan.isEmpty(), exported + plan.text());
        assertEquals(
                exported.lines().skip(1).toList(),
                at.planner.export().lines().skip(1).toList());
        assertTrue(exported.contains("# status: ACTIVE"), exported);
        assertFalse(exported.contains("Gone"), exported);
    }

    @Test
    void renamedCampaignWithAnIdIsRenamed() {
        at.apply(AUTUMN);
        String id = String.valueOf(at.fake.campaigns().get(0).get("id"));

        ApplyReport report = at.apply("campaigns: [{id: \"" + id + "\", name: Winter}]");

        assertEquals(1, report.applied().size());
        assertEquals(1, at.fake.campaigns().size());
        assertEquals("Winter", at.fake.get(id).get("name"));
    }

    @Test
    void campaignThatWasRenamedAtPinterestIsNotCreatedAgain() {
        at.apply(AUTUMN);
        String id = String.valueOf(at.fake.campaigns().get(0).get("id"));
        at.fake.change(id, "name", "Autumn 2");

        Plan plan = at.plan(AUTUMN);

        assertTrue(
                plan.refusals().toString().contains("name: last applied Autumn, now Autumn 2, wanted Autumn"),
                plan.text());
    }

    @Test
    void planWithoutStatusLeavesALiveCampaignActive() {
        String id = at.fake.addCampaign(Map.of("name", "Live", "status", "ACTIVE", "daily_spend_cap", 50_000_000L));

        at.apply("campaigns: [{id: \"" + id + "\", name: Live, daily_budget: \"40.00\"}]");

        assertEquals("ACTIVE", at.fake.get(id).get("status"));
        assertEquals("40000000", String.valueOf(at.fake.get(id).get("daily_spend_cap")));
        assertEquals(List.of(), at.fake.sentActive());
    }

    @Test
    void activatesLastAndOnlyWithinTheLimit() {
        String active = """
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
        assertTrue(
                at.plan(active).refusals().toString().contains("no spend_limit"),
                at.plan(active).text());
        ApplyReport refused = at.planner.apply(at.plan(active));
        assertFalse(refused.isComplete());
        assertEquals(0, at.fake.writes());

        Plan plan = at.plan(PlanFixture.LIMIT + active);
        assertEquals(Money.of("25.00", "EUR"), plan.dailySpendAfter());
        assertEquals(0, plan.dailySpendBefore().micros());
        at.apply(PlanFixture.LIMIT + active);

        assertEquals(List.of("ACTIVE"), at.statuses());
        List<String> paths = at.fake.sentActive().stream()
                .map(call -> call.path().replaceAll(".*/", ""))
                .toList();
        assertEquals(List.of("ads", "ad_groups", "campaigns"), paths);
    }

    @Test
    void ceilingBeatsTheFile() {
        String active =
                PlanFixture.LIMIT + "campaigns: [{name: A, status: ACTIVE, objective: SALES, daily_budget: \"25.00\"}]";
        Money ceiling = Money.of("20.00", "EUR");

        Plan plan = at.planner.ceiling(ceiling).plan(at.file(active));
        assertTrue(plan.refusals().toString().contains("the limit is 20.00 EUR"), plan.text());

        ApplyReport report = at.planner.ceiling(ceiling).apply(at.plan(active));
        assertFalse(report.isComplete(), "the ceiling holds when applying, too");
        assertEquals(List.of(), at.fake.sentActive());
    }

    @Test
    void driftIsShownAndNotOverwritten() {
        at.apply(AUTUMN);
        String id = String.valueOf(at.fake.campaigns().get(0).get("id"));
        at.fake.change(id, "daily_spend_cap", 30_000_000L);

        Plan plan = at.plan(AUTUMN);
        String drift = plan.refusals().toString();
        assertTrue(drift.contains("daily_budget: last applied 25.00 EUR, now 30.00 EUR, wanted 25.00 EUR"), drift);
        assertFalse(at.planner.apply(plan).isComplete());
        assertEquals("30000000", String.valueOf(at.fake.get(id).get("daily_spend_cap")));

        ApplyReport report = at.planner
                .overwritingDrift()
                .apply(at.planner.overwritingDrift().plan(at.file(AUTUMN)));
        assertTrue(report.isComplete(), report.text());
        assertEquals("25000000", String.valueOf(at.fake.get(id).get("daily_spend_cap")));
    }

    @Test
    void changeInTheFileIsNoDrift() {
        at.apply(AUTUMN);
        at.apply(AUTUMN.replace("25.00", "26.50"));

        assertEquals("26500000", String.valueOf(at.fake.campaigns().get(0).get("daily_spend_cap")));
    }

    @Test
    void savedPlanIsAppliedOnceAndExpires() {
        Path saved = directory.resolve("plan.json");
        at.plan(AUTUMN).save(saved);

        ApplyReport late = at.at(Instant.now().plus(Duration.ofHours(25))).apply(SavedPlan.read(saved));
        assertTrue(late.refusals().toString().contains("expired"), late.text());
        assertEquals(0, at.fake.writes());

        ApplyReport report = at.planner.apply(SavedPlan.read(saved));
        assertTrue(report.isComplete(), report.text());
        assertEquals(1, at.fake.campaigns().size());
        assertTrue(at.planner.apply(SavedPlan.read(saved)).applied().isEmpty());
        assertEquals(1, at.fake.campaigns().size());
    }

    @Test
    void savedPlanStopsIfAnythingMoved() {
        String other = at.fake.addCampaign(Map.of("name", "Other", "status", "ACTIVE"));
        Path saved = directory.resolve("plan.json");
        at.plan(AUTUMN).save(saved);
        at.fake.change(other, "daily_spend_cap", 11_000_000L);

        ApplyReport report = at.planner.apply(SavedPlan.read(saved));

        assertTrue(report.refusals().toString().contains("What moved: " + other), report.text());
        assertEquals(0, at.fake.writes());
    }

    @Test
    void savedPlanThatWasChangedIsRefused() throws Exception {
        Path saved = directory.resolve("plan.json");
        at.plan(AUTUMN).save(saved);
        Files.writeString(saved, Files.readString(saved).replace("25.00", "26.00"));

        assertTrue(assertThrows(AdsException.class, () -> SavedPlan.read(saved))
                .getMessage()
                .contains("was changed"));
    }

    @Test
    void pauseAllPausesEverythingAndGoesOnAfterAFailure() {
        for (int i = 1; i <= 3; i++) {
            at.fake.addCampaign(Map.of("name", "Campaign " + i, "status", "ACTIVE"));
        }
        at.fake.failWrite(1, dev.epik.testkit.WriteFault.ERROR_BEFORE);
        at.fake.failWrite(2, dev.epik.testkit.WriteFault.CLOSED_AFTER);

        PauseReport report = at.planner.pauseAll();

        assertTrue(report.isComplete(), report.toString());
        assertEquals(3, report.paused().size());
        assertEquals(List.of("PAUSED"), at.statuses());
    }

    @Test
    void pauseAllSendsManyInOneRequest() {
        for (int i = 1; i <= 65; i++) {
            at.fake.addCampaign(Map.of("name", "C" + i + "\u001b[2J\u202e", "status", "ACTIVE"));
        }

        PauseReport report = at.planner.pauseAll();

        assertTrue(report.isComplete(), report.toString());
        assertEquals(List.of("PAUSED"), at.statuses());
        assertEquals(3, at.fake.writes());
        assertEquals(65, report.paused().size());
        assertTrue(
                report.paused().stream().allMatch(name -> name.matches("\"C\\d+ \\[2J \" \\(\\d+\\)")),
                report.toString());
    }

    @Test
    void pauseAllNamesWhatIsStillActive() {
        String id = at.fake.addCampaign(Map.of("name", "Stubborn", "status", "ACTIVE"));
        at.fake.addCampaign(Map.of("name", "Other", "status", "ACTIVE"));
        for (int write = 1; write <= 4; write++) {
            at.fake.failWrite(write, dev.epik.testkit.WriteFault.CLOSED_HALFWAY);
        }
        at.fake.failWrite(3, dev.epik.testkit.WriteFault.ERROR_BEFORE);
        at.fake.failWrite(2, dev.epik.testkit.WriteFault.ERROR_BEFORE);

        PauseReport report = at.planner.pauseAll();

        assertEquals(1, report.paused().size(), report.toString());
        assertEquals(1, report.failures().size(), report.toString());
        assertTrue(report.failures().get(0).contains("may still be active"), report.toString());
        assertTrue(report.failures().get(0).contains(id), report.toString());
    }

    @Test
    void oneProcessAppliesAFileAtATime() {
        Plan plan = at.plan(AUTUMN);
        try (StateFile other = StateFile.open(plan.file().statePath(), "549755885175")) {
            assertEquals(Map.of(), other.state().entities());
            AdsException e = assertThrows(AdsException.class, () -> at.planner.apply(plan));
            assertTrue(e.getMessage().contains("another process"), e.getMessage());
        }
        assertEquals(0, at.fake.writes());
        assertTrue(at.planner.apply(plan).isComplete());
    }

    @Test
    void stateThatCannotBeReadStopsEverything() throws Exception {
        Path state = at.file(AUTUMN).statePath();
        for (String text : List.of(
                "{",
                "{}",
                "[]",
                "{\"version\":1,\"ad_account\":\"1\"}",
                "{\"version\":1,\"ad_account\":\"549755885175\"}",
                state("[]"),
                state("{\"1\":{\"kind\":\"campaign\",\"values\":{}}}"),
                state("{\"1\":{\"kind\":\"CAMPAIGN\"}}"))) {
            Files.writeString(state, text);
            assertThrows(AdsException.class, () -> at.plan(AUTUMN), text);
        }
        Files.delete(state);
        Files.createSymbolicLink(state, directory.resolve("gone"));
        assertThrows(AdsException.class, () -> at.plan(AUTUMN), "a link to a file that is gone");
        assertEquals(0, at.fake.writes());
    }

    private static String state(String entities) {
        return "{\"version\":1,\"ad_account\":\"549755885175\",\"entities\":" + entities + ",\"creations\":{}}";
    }

    @Test
    void pauseAllGoesOnWithoutAJournal() {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "no device that is always full");
        at.fake.addCampaign(Map.of("name", "Live", "status", "ACTIVE"));
        AdsClient client = AdsClient.builder(AdAccount.of("549755885175", AccessToken.of("pina_test")))
                .api(at.fixture.pinterest.uri())
                .journal(Path.of("/dev/full"))
                .open();
        try (client) {
            assertTrue(AdsPlanner.of(client).pauseAll().isComplete());
        }
        assertEquals(List.of("PAUSED"), at.statuses());
    }

    @Test
    void activeCampaignIsNotActivatedAgainAfterItWasPausedByHand() {
        String active = PlanFixture.LIMIT + AUTUMN.replace("name: Autumn", "name: Autumn, status: ACTIVE");
        at.apply(active);
        assertTrue(at.planner.pauseAll().isComplete());

        Plan plan = at.plan(active);

        assertTrue(plan.refusals().toString().contains("status: last applied ACTIVE, now PAUSED"), plan.text());
        assertFalse(at.planner.apply(plan).isComplete());
        assertEquals(List.of("PAUSED"), at.statuses());
    }

    @Test
    void changeOfTheTargetingKeepsItsOtherKeys() {
        String campaign = at.fake.addCampaign(Map.of("name", "Live", "status", "PAUSED"));
        String group = at.fake.addAdGroup(Map.of(
                "campaign_id",
                campaign,
                "name",
                "G",
                "status",
                "PAUSED",
                "targeting_spec",
                Map.of("LOCATION", List.of("DE"), "GENDER", List.of("female"))));

        at.apply("campaigns: [{id: \"" + campaign + "\", ad_groups: [{id: \"" + group + "\", locations: [AT]}]}]");

        String targeting = String.valueOf(at.fake.get(group).get("targeting_spec"));
        assertTrue(targeting.contains("GENDER=[female]") && targeting.contains("LOCATION=[AT]"), targeting);
    }

    @Test
    void textIsAtMost100ColumnsWide() {
        Plan plan = at.plan(ROADMAP.replace("Left the cart", "L".repeat(150)));

        assertTrue(plan.text().lines().allMatch(line -> line.length() <= 100), plan.text());
        assertTrue(plan.text().contains("2036-12-01 00:00 UTC (01:00 Europe/Berlin)"), plan.text());
        assertTrue(plan.json().contains("\"daily_spend_after\":\"0.00\""), plan.json());
    }
}
