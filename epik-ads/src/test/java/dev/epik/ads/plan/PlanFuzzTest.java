// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.ads.Money;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads any plan file: it is a plan, or it has mistakes with lines. Without {@code JAZZER_FUZZ=1} in the environment
 * only the seeds run; see CONTRIBUTING.
 */
class PlanFuzzTest {
    @FuzzTest(maxExecutions = 100_000, maxDuration = "20m")
    void plan(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        long lines = text.lines().count() + 1;
        try {
            PlanModel model = PlanReader.read("plan.yaml", text);
            assertTrue(model.adAccount().matches("[0-9]+"), model.adAccount());
            for (Wanted campaign : model.campaigns()) {
                assertFalse(campaign.name().isBlank() && campaign.id().isEmpty());
                if (campaign.values().containsKey("daily_budget")) {
                    assertTrue(Money.of(campaign.text("daily_budget"), model.currency())
                                    .micros()
                            > 0);
                }
            }
            assertEquals(model, PlanReader.read("plan.yaml", text));
        } catch (PlanFileException e) {
            List<PlanMistake> mistakes = e.mistakes();
            assertFalse(mistakes.isEmpty());
            for (PlanMistake mistake : mistakes) {
                assertTrue(mistake.line() >= 1 && mistake.line() <= lines + 1, mistake::toString);
                assertFalse(mistake.message().isBlank());
                assertTrue(mistake.toString().lines().count() == 1, mistake::toString);
            }
        }
    }
}
