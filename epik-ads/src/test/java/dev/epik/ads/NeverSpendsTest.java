// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.NEXT_MONTH;
import static dev.epik.ads.AdsFixture.TOMORROW;
import static dev.epik.ads.AdsFixture.eur;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.json.Fields;
import dev.epik.ads.spend.Spend;
import dev.epik.testkit.AdsCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of calls never spend more money than a limit allows. */
class NeverSpendsTest {
    private static final int CALLS = 120;
    private static final SpendLimit LIMIT = SpendLimit.daily(eur("60.00"))
            .withLifetime(eur("500.00"))
            .withBid(eur("4.00"))
            .withActiveSum(eur("90.00"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void withoutTheWordActiveNothingBecomesActive(long seed) {
        try (AdsFixture fixture = new AdsFixture()) {
            addLiveCampaigns(fixture);
            Calls calls = new Calls(fixture, new Random(seed), false);
            long before = dailySpend(fixture);
            for (int i = 0; i < CALLS; i++) {
                calls.next();
                assertTrue(dailySpend(fixture) <= before, "seed " + seed + ", call " + i);
                before = dailySpend(fixture);
            }
            for (AdsCall call : fixture.pinterest.ads().sentActive()) {
                assertTrue(call.path().endsWith("/ad_groups"), "seed " + seed + ": " + call);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void withTheWordActiveTheLimitHolds(long seed) {
        try (AdsFixture fixture = new AdsFixture()) {
            addLiveCampaigns(fixture);
            Calls calls = new Calls(fixture, new Random(seed), true);
            for (int i = 0; i < CALLS; i++) {
                calls.next();
                assertTrue(dailySpend(fixture) <= eur("90.00").micros(), "seed " + seed + ", call " + i);
            }
        }
    }

    private static void addLiveCampaigns(AdsFixture fixture) {
        fixture.pinterest
                .ads()
                .addCampaign(Map.of(
                        "name",
                        "Live",
                        "status",
                        "ACTIVE",
                        "is_campaign_budget_optimization",
                        true,
                        "daily_spend_cap",
                        20_000_000L));
        String withGroups = fixture.pinterest
                .ads()
                .addCampaign(
                        Map.of("name", "Live groups", "status", "ACTIVE", "is_campaign_budget_optimization", false));
        fixture.pinterest
                .ads()
                .addAdGroup(Map.of(
                        "campaign_id", withGroups,
                        "name", "Live group",
                        "status", "ACTIVE",
                        "budget_type", "DAILY",
                        "budget_in_micro_currency", 10_000_000L));
    }

    /** Returns what all active campaigns of the fake can spend on a day, in micro-currency. */
    private static long dailySpend(AdsFixture fixture) {
        long sum = 0;
        for (Map<String, Object> campaign : fixture.pinterest.ads().campaigns()) {
            List<Fields> groups = new ArrayList<>();
            for (Map<String, Object> group : fixture.pinterest.ads().adGroups()) {
                if (Objects.equals(campaign.get("id"), group.get("campaign_id"))) {
                    groups.add(fields(group));
                }
            }
            Spend spend = Spend.of(fields(campaign), groups, Instant.now());
            assertTrue(spend.isBounded(), () -> "active without a budget: " + campaign);
            sum += spend.daily();
        }
        return sum;
    }

    private static Fields fields(Map<String, Object> entity) {
        Map<String, Object> fields = new java.util.HashMap<>(entity);
        fields.replaceAll((name, value) -> value instanceof Number number ? (Object) number.longValue() : value);
        return new Fields(fields);
    }

    /** Makes random calls, valid and invalid ones. */
    private static final class Calls {
        private final AdsFixture fixture;
        private final Random random;
        private final boolean saysActive;

        Calls(AdsFixture fixture, Random random, boolean saysActive) {
            this.fixture = fixture;
            this.random = random;
            this.saysActive = saysActive;
        }

        void next() {
            AdsClient ads = fixture.ads;
            switch (random.nextInt(6)) {
                case 0 ->
                    write(ads.campaigns(), "", campaign(CampaignSpec.create("C" + random.nextInt(), Objective.SALES)));
                case 1 ->
                    write(ads.campaigns(), id(fixture.pinterest.ads().campaigns()), campaign(CampaignSpec.change()));
                case 2 ->
                    write(
                            ads.adGroups(),
                            "",
                            group(AdGroupSpec.create(
                                            id(fixture.pinterest.ads().campaigns()),
                                            "G" + random.nextInt(),
                                            BillableEvent.IMPRESSION)
                                    .targeting(Targeting.locations(List.of("DE")))));
                case 3 -> write(ads.adGroups(), id(fixture.pinterest.ads().adGroups()), group(AdGroupSpec.change()));
                case 4 ->
                    write(
                            ads.ads(),
                            "",
                            ad(AdSpec.create(id(fixture.pinterest.ads().adGroups()), "813744226420795884", "REGULAR")));
                default -> {
                    if (!fixture.pinterest.ads().ads().isEmpty()) {
                        write(
                                ads.ads(),
                                id(fixture.pinterest.ads().ads()),
                                ad(AdSpec.change().name("A")));
                    }
                }
            }
        }

        private <E extends AdsEntity, S extends AdsSpec<S>> void write(EntityClient<E, S> client, String id, S spec) {
            try {
                if (saysActive && random.nextBoolean()) {
                    var unused = id.isEmpty() ? client.create(spec, LIMIT) : client.update(id, spec, LIMIT);
                } else {
                    var unused = id.isEmpty() ? client.create(spec) : client.update(id, spec);
                }
            } catch (AdsException e) {
                // such as an amount that is not valid
            }
        }

        private CampaignSpec campaign(CampaignSpec spec) {
            CampaignSpec made = spec;
            made = random.nextInt(4) > 0 ? made.dailyBudget(amount()) : made;
            made = random.nextInt(6) == 0 ? made.lifetimeBudget(amount()) : made;
            made = random.nextInt(6) == 0 ? made.budgetOnAdGroups() : made;
            made = random.nextInt(6) == 0 ? made.performancePlus() : made;
            made = random.nextInt(4) == 0 ? made.start(TOMORROW) : made;
            made = random.nextInt(4) == 0 ? made.end(NEXT_MONTH) : made;
            made = random.nextInt(9) == 0 ? made.openEnded() : made;
            return status(made);
        }

        private AdGroupSpec group(AdGroupSpec spec) {
            AdGroupSpec made = spec;
            made = random.nextInt(3) == 0 ? made.dailyBudget(amount()) : made;
            made = random.nextInt(8) == 0 ? made.lifetimeBudget(amount()).end(NEXT_MONTH) : made;
            made = random.nextInt(5) == 0 ? made.maxBid(amount()) : made;
            made = random.nextInt(5) == 0 ? made.autoTargeting(random.nextBoolean()) : made;
            made = random.nextInt(5) == 0 ? made.targeting(Targeting.locations(List.of("DE", "AT"))) : made;
            return status(made);
        }

        private AdSpec ad(AdSpec spec) {
            return status(spec);
        }

        private <S extends AdsSpec<S>> S status(S spec) {
            int choice = random.nextInt(6);
            return choice == 0 ? spec.paused() : saysActive && choice < 4 ? spec.active() : spec;
        }

        private Money amount() {
            return Money.ofMicros((1L + random.nextInt(70)) * 1_000_000, "EUR");
        }

        private String id(List<Map<String, Object>> entities) {
            return String.valueOf(entities.get(random.nextInt(entities.size())).get("id"));
        }
    }
}
