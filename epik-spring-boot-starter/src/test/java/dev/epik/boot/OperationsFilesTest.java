// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ToolCondition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the structure of the dashboard and of the rules, and that the pages name each alert. */
class OperationsFilesTest {
    private static final int WIDTH = 24;

    @Test
    void everyPanelHasTitleDescriptionUnitAndAPlaceOfItsOwn() {
        Set<String> titles = new HashSet<>();
        Set<String> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (Json panel : OperationsFiles.dashboard().at("panels").elements()) {
            String title = panel.at("title").text();
            assertTrue(titles.add(title), title);
            assertTrue(ids.add(panel.at("id").text()), title);
            assertFalse(panel.at("description").text().isBlank(), title);
            assertFalse(panel.at("fieldConfig", "defaults", "unit").text().isBlank(), title);
            assertFalse(panel.at("targets").elements().isEmpty(), title);
            Json place = panel.at("gridPos");
            int x = place.at("x").number();
            int y = place.at("y").number();
            assertTrue(x + place.at("w").number() <= WIDTH, title);
            for (int i = 0; i < place.at("w").number(); i++) {
                for (int j = 0; j < place.at("h").number(); j++) {
                    assertTrue(cells.add((x + i) + " " + (y + j)), () -> title + " overlaps another panel");
                }
            }
        }
    }

    @Test
    void everyQueryOfTheDashboardUsesTheVariables() {
        Json dashboard = OperationsFiles.dashboard();
        List<String> variables = dashboard.at("templating", "list").elements().stream()
                .map(variable -> variable.at("name").text())
                .toList();
        assertEquals(List.of("datasource", "job", "account"), variables);
        for (Json panel : dashboard.at("panels").elements()) {
            for (Json target : panel.at("targets").elements()) {
                String query = target.at("expr").text();
                assertEquals("${datasource}", target.at("datasource", "uid").text(), query);
                Matcher metric = Pattern.compile("epik_(\\w+)\\{([^}]*)").matcher(query);
                while (metric.find()) {
                    assertTrue(metric.group(2).contains("job=~\"$job\""), query);
                    boolean hasAccount = metric.group(1).matches("events_total|match_keys_total");
                    assertEquals(hasAccount, metric.group(2).contains("account=~\"$account\""), query);
                }
            }
        }
    }

    @Test
    void everyAlertHasSeveritySummaryDescriptionAndCure() {
        String[] alerts = OperationsFiles.read(OperationsFiles.RULES).split("- alert: ", -1);
        for (int i = 1; i < alerts.length; i++) {
            String alert = alerts[i];
            assertTrue(alert.matches("(?s).*severity: (critical|warning)\\n.*"), alert);
            assertTrue(alert.matches("(?s).*\\n        annotations:\\n          summary: .+"), alert);
            assertTrue(alert.matches("(?s).*\\n          description: .*Cure: .*"), alert);
            assertTrue(alert.contains("docs/troubleshooting.md#an-alert-fires\n"), alert);
        }
    }

    @Test
    void thePagesNameEachAlert() {
        String operations = OperationsFiles.read(OperationsFiles.DOCS.resolve("operations.md"));
        String troubleshooting = OperationsFiles.read(OperationsFiles.DOCS.resolve("troubleshooting.md"));
        assertTrue(troubleshooting.contains("\n## An alert fires\n"));
        for (String alert : OperationsFiles.namesOfAlerts()) {
            assertTrue(operations.contains("| `" + alert + "` "), alert);
            assertTrue(troubleshooting.contains("`" + alert + "`"), alert);
        }
    }

    @Test
    void missingPrometheusSkipsUnlessItIsRequired() {
        assertEquals(ToolCondition.Decision.RUN, ToolCondition.decide(true, "required"));
        assertEquals(ToolCondition.Decision.FAIL, ToolCondition.decide(false, "required"));
        assertEquals(ToolCondition.Decision.SKIP, ToolCondition.decide(false, "auto"));
    }
}
