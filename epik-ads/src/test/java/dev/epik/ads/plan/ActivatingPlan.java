// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

/** A plan with an audience, a pause, a change, three creations and three activations, in this order. */
final class ActivatingPlan {
    static final int WRITES = 9;

    private static final String TEXT = """
            audiences: [{name: Buyers, type: visitors, event: checkout}]
            campaigns:
              - {id: "%s", daily_budget: "12.00", end: 2036-12-24T00:00:00Z}
              - {id: "%s", status: PAUSED}
              - name: Autumn
                objective: SALES
                status: ACTIVE
                daily_budget: "25.00"
                ad_groups:
                  - name: G
                    status: ACTIVE
                    billable_event: IMPRESSION
                    locations: [DE]
                    exclude: [Buyers]
                    ads: [{name: A, status: ACTIVE, pin_id: "1", creative_type: REGULAR}]
            """;

    private final PlanFixture at;
    private final String changed;
    private final String paused;

    ActivatingPlan(PlanFixture at) {
        this.at = at;
        this.changed = at.fake.addCampaign(Map.of("name", "Changed", "status", "PAUSED"));
        this.paused = at.fake.addCampaign(Map.of("name", "Paused", "status", "ACTIVE"));
    }

    String text() {
        return PlanFixture.HEAD + PlanFixture.LIMIT + TEXT.formatted(changed, paused);
    }

    PlanFile file() {
        return PlanFile.of(text(), at.path);
    }

    /** Expects that everything is there once, as the plan wants it. */
    void assertDone(String message) {
        List<Integer> counts = List.of(
                at.fake.campaigns().size(),
                at.fake.adGroups().size(),
                at.fake.ads().size(),
                at.fake.audiences().size());
        assertEquals(List.of(3, 1, 1, 1), counts, message);
        assertEquals("PAUSED", at.fake.get(changed).get("status"), message);
        assertEquals("12000000", String.valueOf(at.fake.get(changed).get("daily_spend_cap")), message);
        assertEquals("PAUSED", at.fake.get(paused).get("status"), message);
        assertEquals("ACTIVE", at.fake.campaigns().get(2).get("status"), message);
        assertEquals("ACTIVE", at.fake.adGroups().get(0).get("status"), message);
        assertEquals("ACTIVE", at.fake.ads().get(0).get("status"), message);
        assertTrue(at.planner.plan(file()).isEmpty(), message);
    }
}
