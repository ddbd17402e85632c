// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decisions of the planner, without any call. */
class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final PlanOptions OPTIONS = new PlanOptions(false, false, null);

    /** Campaigns: Live (11, active, 40.00 a day), Idle (12, paused), Twice (13 and 14), Old (15, archived). */
    private static final String ACCOUNT = """
            [{"kind":"CAMPAIGN","id":"11","name":"Live","status":"ACTIVE","objective_type":"SALES","daily_spend_cap":40000000,
              "is_campaign_budget_optimization":true,"is_performance_plus":false},
             {"kind":"CAMPAIGN","id":"12","name":"Idle","status":"PAUSED","objective_type":"SALES","daily_spend_cap":20000000,
              "is_campaign_budget_optimization":true},
             {"kind":"CAMPAIGN","id":"13","name":"Twice","status":"PAUSED","objective_type":"SALES","daily_spend_cap":20000000,
              "is_campaign_budget_optimization":true},
             {"kind":"CAMPAIGN","id":"14","name":"Twice","status":"PAUSED","objective_type":"SALES","daily_spend_cap":20000000,
              "is_campaign_budget_optimization":true},
             {"kind":"CAMPAIGN","id":"15","name":"Old","status":"ARCHIVED","objective_type":"SALES"},
             {"kind":"AD_GROUP","id":"21","campaign_id":"11","name":"Group","status":"ACTIVE","billable_event":"IMPRESSION",
              "bid_in_micro_currency":1000000,"targeting_spec":{"LOCATION":["DE"],"AUDIENCE_INCLUDE":["41"]},
              "optimization_goal_metadata":{"conversion_tag_v3_goal_metadata":{"learning_mode_type":"ACTIVE"}}},
             {"kind":"AD_GROUP","id":"22","campaign_id":"12","name":"Group","status":"PAUSED","billable_event":"IMPRESSION",
              "targeting_spec":{"LOCATION":["DE"]}},
             {"kind":"AD","id":"31","ad_group_id":"21","name":"Ad","status":"ACTIVE","pin_id":"1","creative_type":"REGULAR"},
             {"kind":"AUDIENCE","id":"41","name":"Cart","status":"TOO_SMALL","audience_type":"VISITOR"},
             {"kind":"AUDIENCE","id":"42","name":"Buyers","status":"READY","audience_type":"VISITOR"}]
            """;

    private static Snapshot snapshot() {
        List<Actual> all = new ArrayList<>();
        try {
            for (Object each : (List<?>) java.util.Objects.requireNonNull(Json.read(ACCOUNT))) {
                Fields fields = Fields.of(each);
                PlanKind kind = PlanKind.valueOf(fields.text("kind").orElseThrow());
                String parent = fields.text("campaign_id")
                        .or(() -> fields.text("ad_group_id"))
                        .orElse("");
                all.add(new Actual(
                        kind,
                        fields.text("id").orElseThrow(),
                        parent,
                        fields.text("name").orElseThrow(),
                        CurrentValues.of(kind, fields),
                        fields));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<PlanKind, List<Actual>> byKind = all.stream().collect(Collectors.groupingBy(Actual::kind));
        return new Snapshot(
                new AdsAccount("549755885175", "Shop", "EUR", ZoneId.of("Europe/Berlin")),
                NOW,
                byKind.getOrDefault(PlanKind.CAMPAIGN, List.of()),
                byKind.getOrDefault(PlanKind.AD_GROUP, List.of()),
                byKind.getOrDefault(PlanKind.AD, List.of()),
                byKind.getOrDefault(PlanKind.AUDIENCE, List.of()),
                Map.of("Garden", "900011"),
                Map.of("Gardn", "is it Garden?"),
                Set.of("77"));
    }

    private static Draft plan(String text) {
        return plan(text, State.empty("549755885175"), OPTIONS);
    }

    private static Draft plan(String text, State state, PlanOptions options) {
        return Planner.plan(PlanReader.read("f", PlanFixture.HEAD + text), snapshot(), state, options);
    }

    private static String shown(Draft draft) {
        return draft.steps().stream()
                .map(step -> step.type() + " " + step.kind() + " " + step.id() + step.set())
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // identity
                "{id: '11', name: Live} | ",
                "{id: '11', name: Lively} | CHANGE CAMPAIGN 11{name=Lively}",
                "{name: Idle} | ",
                "{name: Idle, daily_budget: 21} | CHANGE CAMPAIGN 12{daily_budget=21}",
                "{id: '12', daily_budget: 20.00} | ",
                "{name: New, objective: SALES, daily_budget: 21} | CREATE CAMPAIGN {objective=SALES, daily_budget=21}",
                // status: only that of the file
                "{id: '11', status: PAUSED} | CHANGE CAMPAIGN 11{status=PAUSED}",
                "{id: '11', status: ACTIVE} | ",
                "{id: '12', status: PAUSED} | ",
                // budgets
                "{id: '11', daily_budget: 30} | CHANGE CAMPAIGN 11{daily_budget=30}",
                "{id: '12', lifetime_budget: 90, end: 2026-12-24T00:00:00Z} | CHANGE CAMPAIGN 12{lifetime_budget=90, end=2026-12-24T00:00:00Z}",
                "{id: '12', open_ended: true} | ",
                // below
                "{id: '11', ad_groups: [{id: '21', include: [Cart], locations: [DE]}]} | ",
                "{id: '11', ad_groups: [{name: More, billable_event: IMPRESSION, locations: [DE]}]} | CREATE AD_GROUP {billable_event=IMPRESSION, locations=[DE]}",
                "{name: Idle, ad_groups: [{name: Group, interests: [Garden]}]} | CHANGE AD_GROUP 22{interests=[900011]}",
                "{name: Idle, ad_groups: [{name: Group, exclude: []}]} | ",
                "{id: '11', ad_groups: [{id: '21', ads: [{id: '31', destination_url: 'https://shop.example'}]}]} | CHANGE AD 31{destination_url=https://shop.example}",
            })
    void writesOnlyWhatDiffers(String campaign, String steps) {
        Draft draft = plan("campaigns: [" + campaign + "]");

        assertEquals(List.of(), draft.refusals());
        assertEquals(steps == null ? "" : steps, shown(draft));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{name: Live, daily_budget: 30} | has one of this name that is ACTIVE, 11",
                "{name: Twice} | Pinterest has 2 of this name, 13, 14",
                "{name: Old, objective: SALES, daily_budget: 20} | has one of this name that is ARCHIVED, 15",
                "{id: '15', name: Old} | is ARCHIVED",
                "{id: '12'}, {name: Idle} | Pinterest has one of this name, 12, which the file has by its id",
                "{id: '99'} | no campaign with the id 99",
                "{id: '12', ad_groups: [{id: '21'}]} | belongs to the campaign 11",
                "{name: New, objective: SALES, daily_budget: 21, ad_groups: [{id: '21'}]} | what it stands under is new",
                "{id: '12', ad_groups: [{id: '22', end: 2026-12-24T00:00:00Z}]} | start and end are the campaign's",
                "{name: New, daily_budget: 21} | objective is missing",
                "{name: New, objective: SALES} | daily_budget is missing",
                "{name: New, objective: SALES, lifetime_budget: 21} | end is missing",
                "{name: New, objective: SALES, daily_budget: 0.5} | is under 1.00 EUR",
                "{name: New, objective: SALES, daily_budget: 2500} | is 125 times the median 20.00 EUR",
                "{id: '12', objective: LEADS} | objective cannot be changed from SALES to LEADS",
                "{id: '12', status: ACTIVE} | no spend_limit",
                "{id: '11', daily_budget: 41} | no spend_limit",
                "{id: '11', end: 2026-12-24T00:00:00Z, lifetime_budget: 90} | no spend_limit",
                "{id: '11', ad_groups: [{id: '21', locations: [DE, AT]}]} | no spend_limit",
                "{id: '11', ad_groups: [{id: '21', bid: 1.01}]} | no spend_limit",
                "{id: '12', ad_groups: [{name: G, locations: [DE]}]} | billable_event is missing",
                "{id: '12', ad_groups: [{name: G, billable_event: IMPRESSION}]} | locations is missing: name the countries",
                "{id: '12', ad_groups: [{id: '22', include: [Byers]}]} | There is no audience \"Byers\": is it \"Buyers\"?",
                "{id: '12', ad_groups: [{id: '22', interests: [Gardn]}]} | is it Garden?",
                "{id: '12', ad_groups: [{id: '22', ads: [{name: V}]}]} | pin_id and creative_type are missing",
            })
    void refusesWithTheReason(String campaign, String reason) {
        Draft draft = plan("campaigns: [" + campaign + "]");

        assertTrue(draft.refusals().toString().contains(reason), draft.refusals()::toString);
        assertTrue(draft.refusals().get(0).startsWith("line 3, "), draft.refusals()::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{id: '11', daily_budget: 100.01} | would be 100.01 EUR, and the limit is 100.00 EUR",
                "{id: '11', daily_budget: 61} | by 53 %",
                "{id: '11', ad_groups: [{id: '21', bid: 5.01}]} | The bid would be 5.01 EUR",
                "{id: '12', status: ACTIVE, daily_budget: 90} | would be 130.00 EUR, and the limit is 120.00 EUR",
            })
    void limitHoldsWhenPlanning(String campaign, String reason) {
        Draft draft = plan("spend_limit: {daily: 100, bid: 5, active_sum: 120}\ncampaigns: [" + campaign + "]");

        assertTrue(draft.refusals().toString().contains(reason), draft.refusals()::toString);
    }

    @Test
    void childrenOfSomethingThatCannotBeCreatedAreNotRefused() {
        Draft draft = plan("campaigns: [{name: New, daily_budget: 20, ad_groups: [{name: G, billable_event: IMPRESSION,"
                + " locations: [DE]}]}]");

        assertEquals(
                List.of("line 3, campaign \"New\": objective is missing: campaigns that are created need it"),
                draft.refusals());
    }

    @Test
    void sumOfSeveralActivationsIsLimited() {
        Draft draft = plan("spend_limit: {daily: 100, active_sum: 75}\ncampaigns: [{id: '12', status: ACTIVE},"
                + " {id: '13', status: ACTIVE}]");

        assertEquals(1, draft.refusals().size(), draft.refusals()::toString);
        assertTrue(draft.refusals().get(0).contains("would be 80.00 EUR"), draft.refusals()::toString);
    }

    @Test
    void showsTheDailySpendBeforeAndAfter() {
        Draft draft = plan(
                "spend_limit: {daily: 100}\ncampaigns: [{id: '12', status: ACTIVE}, {id: '11', daily_budget: 30}]");

        assertEquals(40_000_000, draft.dailyBefore());
        assertEquals(50_000_000, draft.dailyAfter());
    }

    @Test
    void adoptsSomethingActiveOnlyOnRequest() {
        State state = State.empty("549755885175");
        Draft draft = plan("campaigns: [{name: Live, daily_budget: 30}]", state, new PlanOptions(true, false, null));

        assertEquals("CHANGE CAMPAIGN 11{daily_budget=30}", shown(draft));
        assertTrue(draft.warnings().toString().contains("write id: \"11\""), draft.warnings()::toString);
    }

    @Test
    void campaignThatThisPlanCreatedNeedsNoAdoption() {
        State state = State.empty("549755885175")
                .applied(
                        PlanKind.CAMPAIGN,
                        "11",
                        State.place(PlanKind.CAMPAIGN, "", "Live"),
                        Map.of("daily_budget", "40"));

        assertEquals(
                "CHANGE CAMPAIGN 11{daily_budget=30}",
                shown(plan("campaigns: [{name: Live, daily_budget: 30}]", state, OPTIONS)));
    }

    @ParameterizedTest
    @CsvSource({"40,30,30,false", "35,30,40,true", "30,30,40,true", "40,40,40,false", "30,40,40,false"})
    void driftIsAValueThatThePlanDidNotApply(String last, String wanted, String unused, boolean isDrift) {
        State state = State.empty("549755885175")
                .applied(PlanKind.CAMPAIGN, "11", "CAMPAIGN//Live", Map.of("daily_budget", last));

        Draft draft = plan("campaigns: [{id: '11', daily_budget: " + wanted + "}]", state, OPTIONS);
        Draft overwriting = plan(
                "campaigns: [{id: '11', daily_budget: " + wanted + "}]", state, new PlanOptions(false, true, null));

        assertEquals(isDrift, draft.refusals().toString().contains("last applied"), draft.refusals()::toString);
        assertEquals(List.of(), overwriting.refusals());
    }

    @Test
    void valueBeforeAndAfterAWriteThatWasKilledIsNoDrift() {
        State empty = State.empty("549755885175");
        for (State state : List.of(sending(empty, "40", "35"), sending(empty, "35", "40"))) {
            assertEquals(
                    List.of(),
                    plan("campaigns: [{id: '11', daily_budget: 30}]", state, OPTIONS)
                            .refusals());
        }
        assertEquals(
                1,
                plan("campaigns: [{id: '11', daily_budget: 30}]", sending(empty, "35", "36"), OPTIONS)
                        .refusals()
                        .size());
    }

    private static State sending(State state, String sent, String before) {
        return state.sending(
                PlanKind.CAMPAIGN,
                "11",
                "CAMPAIGN//Live",
                Map.of("daily_budget", sent),
                Map.of("daily_budget", before));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{id: '11', ad_groups: [{id: '21', bid: 0.9}]} | is in the learning phase",
                "{id: '12', start: 2026-11-01T00:00:00Z} | start is in the past",
                "{id: '12', ad_groups: [{id: '22', include: [Cart]}]} | includes the audience \"Cart\". It is too small",
                "{id: '12', daily_budget: 150} | is over the limit 100.00 EUR",
                "{id: '12', status: ACTIVE} | campaign \"Idle\" is active, and has no active ad group with an active ad",
                "{id: '11', ad_groups: [{name: G, billable_event: IMPRESSION, locations: [DE]}]} | campaign \"Live\" has 1 ad group that is not in the file",
                "{id: '12'} | 3 campaigns are not in the file (1 active): left as they are",
            })
    void warns(String campaign, String warning) {
        Draft draft = plan("spend_limit: {daily: 100}\ncampaigns: [" + campaign + "]");

        assertEquals(List.of(), draft.refusals());
        assertTrue(draft.warnings().toString().contains(warning), draft.warnings()::toString);
    }

    @Test
    void pausesFirstAndActivatesLast() {
        Draft draft = plan("spend_limit: {daily: 100}\ncampaigns: [{id: '12', status: ACTIVE, ad_groups:"
                + " [{id: '22', status: ACTIVE, bid: 1}]}, {id: '11', status: PAUSED}]");

        assertEquals(
                "CHANGE CAMPAIGN 11{status=PAUSED}; CHANGE AD_GROUP 22{bid=1}; ACTIVATE AD_GROUP 22{status=ACTIVE};"
                        + " ACTIVATE CAMPAIGN 12{status=ACTIVE}",
                shown(draft));
    }

    @Test
    void nothingIsArchivedBecauseTheFileDoesNotHaveIt() {
        assertEquals("", shown(plan("campaigns: []")));
        assertFalse(
                Stream.of(PlanAction.Type.values()).anyMatch(type -> type.name().contains("ARCHIVE")));
    }

    @Test
    void anotherAccountOrCurrencyIsRefused() {
        PlanModel account = PlanReader.read("f", "ad_account: '1'\ncurrency: EUR\ncampaigns: []");
        PlanModel currency = PlanReader.read("f", "ad_account: '549755885175'\ncurrency: USD\ncampaigns: []");
        for (PlanModel model : List.of(account, currency)) {
            Draft draft = Planner.plan(model, snapshot(), State.empty(model.adAccount()), OPTIONS);
            assertEquals(1, draft.refusals().size());
            assertEquals(40_000_000, draft.dailyBefore());
        }
    }
}
