// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.AdsException;
import dev.epik.ads.json.Fields;
import dev.epik.ads.spend.Spend;
import dev.epik.testkit.AdsCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random plans for random ad accounts. Without the word ACTIVE nothing becomes active; with it, the limit holds; and
 * what a plan of the same file leaves out keeps its status.
 */
@Timeout(600)
class PlanPropertyTest {
    private static final int FEW = 12;
    private static final int MANY = 300;
    private static final long DAILY = 60_000_000;
    private static final long SUM = 90_000_000;

    @TempDir
    private Path directory;

    @Test
    void fewRandomPlansNeverSpendByAccident() throws Exception {
        for (long seed = 1; seed <= FEW; seed++) {
            run(seed);
        }
    }

    @Test
    @Tag("full")
    @Tag("scale")
    void manyRandomPlansNeverSpendByAccident() throws Exception {
        for (long seed = 1000; seed < 1000 + MANY; seed++) {
            run(seed);
        }
    }

    private void run(long seed) throws Exception {
        Random random = new Random(seed);
        try (PlanFixture at = new PlanFixture(Files.createDirectory(directory.resolve("seed" + seed)))) {
            addAccount(at, random);
            boolean saysActive = random.nextBoolean();
            int applied = 0;
            for (int i = 0; i < 4; i++) {
                String text = new RandomPlan(at, random, saysActive && i > 0).text();
                String round = "seed " + seed + ", plan " + i + ":\n" + text;
                assertEquals(text.contains("ACTIVE"), saysActive && i > 0 && text.contains("ACTIVE"), round);
                applied += apply(at, text, round) ? 1 : 0;
            }
            System.out.println("seed " + seed + ": " + applied + " of 4 plans were applied, " + at.fake.writes()
                    + " writes, " + at.fake.sentActive().size() + " with ACTIVE");
        }
    }

    private static boolean apply(PlanFixture at, String text, String round) {
        Map<String, Object> statuses = statuses(at);
        Map<String, Spend> before = spend(at);
        int active = at.fake.sentActive().size();
        boolean isComplete;
        try {
            Plan plan = at.planner.adopting().overwritingDrift().plan(at.file(text));
            ApplyReport report = at.planner.apply(plan);
            isComplete = report.isComplete();
            if (isComplete) {
                Plan again = at.planner.adopting().overwritingDrift().plan(at.file(text));
                assertTrue(again.isEmpty(), () -> round + again.text());
                assertEquals(sum(spend(at)), plan.dailySpendAfter().micros(), round);
            }
        } catch (PlanFileException | AdsException e) {
            isComplete = false;
        }
        for (AdsCall call :
                at.fake.sentActive().subList(active, at.fake.sentActive().size())) {
            // an ad group of a paused Performance+ campaign has to be active
            assertTrue(text.contains("ACTIVE") || call.path().endsWith("/ad_groups"), round);
        }
        Map<String, Spend> after = spend(at);
        after.forEach((id, spend) -> {
            long daily = before.getOrDefault(id, Spend.NONE).daily();
            assertTrue(
                    spend.daily()
                            <= Math.max(daily, text.contains("ACTIVE") || text.contains("spend_limit") ? DAILY : 0),
                    round);
            assertTrue(spend.isBounded(), round);
        });
        assertTrue(sum(after) <= Math.max(sum(before), text.contains("spend_limit") ? SUM : 0), round);
        if (!text.contains("status")) {
            statuses(at).forEach((id, status) -> assertEquals(statuses.getOrDefault(id, status), status, round));
        }
        assertFalse(statuses(at).containsValue("ARCHIVED"), round);
        return isComplete;
    }

    private static void addAccount(PlanFixture at, Random random) {
        for (int c = 0; c < 3; c++) {
            boolean ownBudget = c < 2;
            Map<String, Object> campaign = new HashMap<>(Map.of(
                    "name",
                    "C" + c,
                    "objective_type",
                    "SALES",
                    "status",
                    random.nextBoolean() ? "ACTIVE" : "PAUSED",
                    "is_campaign_budget_optimization",
                    ownBudget));
            if (ownBudget) {
                campaign.put("daily_spend_cap", (1L + random.nextInt(30)) * 1_000_000);
            }
            String id = at.fake.addCampaign(campaign);
            for (int g = 0; g < random.nextInt(3); g++) {
                Map<String, Object> group = new HashMap<>(Map.of(
                        "campaign_id",
                        id,
                        "name",
                        "G" + g,
                        "billable_event",
                        "IMPRESSION",
                        "status",
                        random.nextBoolean() ? "ACTIVE" : "PAUSED"));
                if (!ownBudget) {
                    group.put("budget_in_micro_currency", (1L + random.nextInt(15)) * 1_000_000);
                }
                String groupId = at.fake.addAdGroup(group);
                at.fake.addAd(Map.of("ad_group_id", groupId, "name", "A0", "status", "ACTIVE"));
            }
        }
    }

    private static Map<String, Object> statuses(PlanFixture at) {
        Map<String, Object> statuses = new HashMap<>();
        Stream.of(at.fake.campaigns(), at.fake.adGroups(), at.fake.ads())
                .flatMap(List::stream)
                .forEach(each -> statuses.put(String.valueOf(each.get("id")), String.valueOf(each.get("status"))));
        return statuses;
    }

    private static Map<String, Spend> spend(PlanFixture at) {
        Map<String, Spend> spend = new HashMap<>();
        for (Map<String, Object> campaign : at.fake.campaigns()) {
            String id = String.valueOf(campaign.get("id"));
            List<Fields> groups = at.fake.adGroups().stream()
                    .filter(group -> id.equals(group.get("campaign_id")))
                    .map(PlanPropertyTest::fields)
                    .toList();
            spend.put(id, Spend.of(fields(campaign), groups, Instant.now()));
        }
        return spend;
    }

    private static long sum(Map<String, Spend> spend) {
        return spend.values().stream()
                .flatMapToLong(each -> LongStream.of(each.daily()))
                .sum();
    }

    private static Fields fields(Map<String, Object> entity) {
        Map<String, Object> fields = new HashMap<>(entity);
        fields.replaceAll((name, value) -> value instanceof Number number ? (Object) number.longValue() : value);
        return new Fields(fields);
    }

    /** Writes plans, mostly valid ones. */
    private static final class RandomPlan {
        private final PlanFixture at;
        private final Random random;
        private final boolean saysActive;
        private final StringBuilder text = new StringBuilder();

        RandomPlan(PlanFixture at, Random random, boolean saysActive) {
            this.at = at;
            this.random = random;
            this.saysActive = saysActive;
        }

        String text() {
            if (random.nextInt(6) > 0) {
                text.append("spend_limit: {daily: 60, active_sum: 90, bid: 3, lifetime: 200, rise_percent: 1000}\n");
            }
            text.append("campaigns:\n");
            for (int c = random.nextInt(2); c < 6; c += 1 + random.nextInt(3)) {
                text.append("  - name: C").append(c).append('\n');
                id(at.fake.campaigns(), "C" + c, "    ");
                status("    ");
                boolean isBudgetOnGroups = c == 2 || c == 4;
                text.append("    objective: SALES\n");
                if (isBudgetOnGroups) {
                    text.append("    budget_on_ad_groups: true\n");
                } else if (c > 2 || random.nextBoolean()) {
                    amount("    daily_budget", 65);
                }
                if (c == 3) {
                    text.append("    performance_plus: true\n    start: 2036-01-01T00:00:00Z\n");
                }
                if (random.nextInt(8) == 0) {
                    text.append("    end: 2036-02-01T00:00:00Z\n");
                }
                groups(isBudgetOnGroups, c == 3);
            }
            return text.toString();
        }

        private void groups(boolean hasBudget, boolean isPerformancePlus) {
            int count = random.nextInt(3);
            text.append(count == 0 ? "" : "    ad_groups:\n");
            for (int g = 0; g < count; g++) {
                text.append("      - name: G").append(g).append("\n        billable_event: IMPRESSION\n");
                status("        ");
                if (random.nextInt(20) > 0) {
                    text.append(random.nextInt(3) == 0 ? "        locations: [US, DE]\n" : "        locations: [US]\n");
                }
                if (hasBudget) {
                    amount("        daily_budget", 40);
                }
                if (random.nextInt(6) == 0 && !isPerformancePlus) {
                    amount("        bid", 4);
                }
                if (random.nextBoolean()) {
                    text.append("        ads:\n          - {name: A0, pin_id: '1', creative_type: REGULAR")
                            .append(saysActive && random.nextBoolean() ? ", status: ACTIVE" : "")
                            .append("}\n");
                }
            }
        }

        private void id(List<Map<String, Object>> entities, String name, String indent) {
            entities.stream()
                    .filter(each -> name.equals(each.get("name")) && random.nextBoolean())
                    .findFirst()
                    .ifPresent(each -> text.append(indent)
                            .append("id: \"")
                            .append(each.get("id"))
                            .append("\"\n"));
        }

        private void status(String indent) {
            int choice = random.nextInt(10);
            if (choice == 0) {
                text.append(indent).append("status: PAUSED\n");
            } else if (saysActive && choice < 6) {
                text.append(indent).append("status: ACTIVE\n");
            }
        }

        private void amount(String key, int max) {
            text.append(key).append(": ").append(1 + random.nextInt(max)).append(".00\n");
        }
    }
}
