// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.testkit.FakeAds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A plan with 3 campaigns, 6 ad groups and 12 ads, which is 21 writes. */
final class BigPlan {
    static final int WRITES = 21;

    private BigPlan() {}

    static String text() {
        StringBuilder text = new StringBuilder(PlanFixture.HEAD).append("campaigns:\n");
        for (int c = 1; c <= 3; c++) {
            // the third is Performance+, whose ad groups cannot be paused
            text.append("  - name: C")
                    .append(c)
                    .append("\n    objective: SALES\n    daily_budget: \"25.00\"\n")
                    .append(c == 3 ? "    performance_plus: true\n    start: 2036-12-01T00:00:00Z\n" : "")
                    .append("    ad_groups:\n");
            for (int g = 1; g <= 2; g++) {
                text.append("      - name: G")
                        .append(g)
                        .append("\n        billable_event: IMPRESSION\n        locations: [DE]\n        ads:\n");
                for (int a = 1; a <= 2; a++) {
                    text.append("          - {name: A")
                            .append(a)
                            .append(", pin_id: \"1")
                            .append(c)
                            .append(g)
                            .append(a)
                            .append("\", creative_type: REGULAR}\n");
                }
            }
        }
        return text.toString();
    }

    /** Expects exactly the entities of the plan, all paused, except the ad groups of the Performance+ campaign. */
    static void assertExactly(FakeAds fake, String message) {
        Map<Object, Object> campaigns = names(fake.campaigns());
        Map<Object, Object> groups = names(fake.adGroups());
        Set<String> found = new TreeSet<>();
        for (Map<String, Object> campaign : fake.campaigns()) {
            found.add(campaign.get("name") + " " + campaign.get("status"));
        }
        Set<String> groupsFound = new TreeSet<>();
        for (Map<String, Object> group : fake.adGroups()) {
            groupsFound.add(
                    campaigns.get(group.get("campaign_id")) + "/" + group.get("name") + " " + group.get("status"));
        }
        Set<String> ads = new TreeSet<>();
        for (Map<String, Object> ad : fake.ads()) {
            ads.add(campaigns.get(ad.get("campaign_id")) + "/" + groups.get(ad.get("ad_group_id")) + "/"
                    + ad.get("name") + " " + ad.get("status"));
        }
        assertEquals(Set.of("C1 PAUSED", "C2 PAUSED", "C3 PAUSED"), found, message);
        assertEquals(
                Set.of("C1/G1 PAUSED", "C1/G2 PAUSED", "C2/G1 PAUSED", "C2/G2 PAUSED", "C3/G1 ACTIVE", "C3/G2 ACTIVE"),
                groupsFound,
                message);
        assertEquals(12, ads.size(), message);
        assertEquals(
                List.of(3, 6, 12),
                List.of(
                        fake.campaigns().size(),
                        fake.adGroups().size(),
                        fake.ads().size()),
                message);
        assertEquals(
                Set.of(), ads.stream().filter(each -> !each.endsWith(" PAUSED")).collect(Collectors.toSet()), message);
    }

    private static Map<Object, Object> names(List<Map<String, Object>> entities) {
        Function<Map<String, Object>, Object> name = each -> each.getOrDefault("name", "");
        return entities.stream().collect(Collectors.toMap(each -> each.getOrDefault("id", ""), name));
    }
}
