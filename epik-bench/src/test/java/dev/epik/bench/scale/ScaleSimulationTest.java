// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.bench.scale.Accounts.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleSimulationTest {
    private static final long SEED = 7;

    @Test
    void equalSeedsHaveEqualResults() {
        assertEquals(shown(SEED), shown(SEED));
        assertNotEquals(shown(SEED), shown(SEED + 1));
    }

    private static String shown(long seed) {
        Statistics result = Simulation.run(Scenario.small(seed), Policy.RECOMMENDED);
        return ScaleReport.day(result).text() + ScaleReport.totals(result).text() + result.minutes();
    }

    @Test
    void everyEventIsAcceptedOrStillWaitsUnderEachPolicy() {
        Scenario scenario = Scenario.small(SEED);
        for (Policy policy : ScaleSimulation.policies()) {
            Statistics result = Simulation.run(scenario, policy);
            long waiting = Stream.of(Kind.values()).mapToLong(result::waiting).sum();
            assertEquals(result.created(), result.accepted() + waiting, policy.name());
            assertTrue(result.waitingInTopics() >= waiting, policy.name() + " has lost events");
        }
    }

    @Test
    void deathsRepeatEventsAndLoseNone() {
        Statistics result = Simulation.run(Scenario.small(SEED), Policy.RECOMMENDED);
        assertTrue(result.repeats() > 0, "no event was in flight when a worker died");
        assertEquals(0, result.minutes().get(3).repeats(), "before the first death");
    }

    @Test
    void nothingIsAcceptedInAnOutage() {
        Scenario scenario = Scenario.small(SEED);
        Statistics result = Simulation.run(scenario, Policy.RECOMMENDED);
        Statistics.Minute inside = result.minutes().stream()
                .filter(minute -> scenario.isOutage(minute.end()) && scenario.isOutage(minute.end() - Scenario.MINUTE))
                .skip(1)
                .findFirst()
                .orElseThrow();
        assertEquals(0, inside.healthyMax());
        assertEquals(0, inside.moved(), "nothing is moved while Pinterest accepts nothing");
    }

    @Test
    void shortRunIsSmallEnoughForEachBuild() {
        Statistics result = Simulation.run(Scenario.small(SEED), Policy.PLANNED);
        assertTrue(result.steps() < 1_000_000, () -> result.steps() + " steps");
    }

    @Test
    void commandWritesThePlotsAndTheTables(@TempDir Path docs) throws IOException {
        Path page = docs.resolve("scale.md");
        Files.copy(Path.of("../docs/scale.md"), page);
        ScaleSimulation.main(new String[] {"--short", "--seed", "7", "--docs", docs.toString()});
        Map<String, String> first = contents(docs);
        assertEquals(
                List.of("backlog.svg", "delay.svg", "fairness.svg", "repeats.svg", "retry.svg"),
                first.keySet().stream().filter(name -> name.endsWith(".svg")).toList());
        assertTrue(first.getOrDefault("backlog.svg", "").contains("<polyline"), "a plot without lines");
        assertFalse(first.getOrDefault("backlog.svg", "").contains("NaN"), "a point without a value");
        assertNotEquals(Files.readString(Path.of("../docs/scale.md")), first.get("scale.md"));
        ScaleSimulation.main(new String[] {"--short", "--seed", "7", "--docs", docs.toString()});
        assertEquals(first, contents(docs), "a second run changes nothing");
    }

    private static Map<String, String> contents(Path docs) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(docs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void percentileIsAtMostTwoPercentTooLarge() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 1000; i++) {
            histogram.add(i * 10);
        }
        assertTrue(histogram.percentile(0.5) >= 5000 && histogram.percentile(0.5) <= 5102, "median");
        assertEquals(10_000, histogram.max());
        assertEquals(10_000, histogram.percentile(1));
    }

    @Test
    void workRunsInTheOrderOfTimeAndThenOfScheduling() {
        Timeline timeline = new Timeline();
        StringBuilder order = new StringBuilder();
        timeline.at(300_000, () -> order.append('d'));
        timeline.at(5, () -> {
            order.append('a');
            timeline.at(5, () -> order.append('b'));
            timeline.at(7, () -> order.append('c'));
        });
        timeline.runUntil(400_000);
        assertEquals("abcd", order.toString());
    }
}
