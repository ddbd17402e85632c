// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the verdicts with invented figures. */
class GoalsTest {
    private final List<Measured> measured = new ArrayList<>();

    @Test
    void goalWithoutFiguresIsNotMeasured() {
        List<Goal> goals = Goals.of(List.of());
        assertEquals(
                List.of(),
                goals.stream()
                        .filter(goal -> goal.result() != GoalResult.NOT_MEASURED)
                        .toList());
    }

    @Test
    void baselineIsSubtractedBeforeCapturesAreCompared() {
        measure("CaptureBench", "baseline", "ns/op", 90, 100, 110);
        measure("CaptureBench", "oursNoClick", "ns/op", 200);
        measure("CaptureBench", "naiveNoClick", "ns/op", 900);
        assertGoal("capture, no click: time of naive", "8×", GoalResult.HOLDS);
        measured.removeIf(one -> one.way().equals("naiveNoClick"));
        measure("CaptureBench", "naiveNoClick", "ns/op", 890);
        assertGoal("capture, no click: time of naive", "7.90×", GoalResult.FAILS);
    }

    @Test
    void fractionsOfAByteAreNotCounted() {
        measure("CaptureBench", "baseline", "B/op", 16.001);
        measure("CaptureBench", "oursNoClick", "B/op", 16.3);
        measure("CaptureBench", "naiveNoClick", "B/op", 900);
        assertGoal("capture, no click: bytes, Tomcat's texts of headers included", "0 B", GoalResult.HOLDS);
        assertGoal("capture, no click: bytes of naive", "ours costs nothing", GoalResult.HOLDS);
        measured.removeIf(one -> one.way().equals("oursNoClick"));
        measure("CaptureBench", "oursNoClick", "B/op", 40);
        assertGoal("capture, no click: bytes, Tomcat's texts of headers included", "24 B", GoalResult.FAILS);
    }

    @Test
    void hashingIsComparedWithBareDigests() {
        measure("HashBench", "bareDigests", "ns/op", 100);
        measure("HashBench", "ours", "ns/op", 181);
        measure("HashBench", "metaSdk", "ns/op", 800);
        assertGoal("hashing 8 values: to bare digests", "1.81×", GoalResult.FAILS);
        assertGoal("hashing 8 values: Meta's SDK", "4.42×", GoalResult.HOLDS);
    }

    @Test
    void serverIsComparedWithTheNoiseRoundByRound() {
        measure("ServerBench", "noFilter", "us/request", 100, 200, 100, 100, 100, 100, 100);
        measure("ServerBench", "noFilterAgain", "us/request", 97, 206, 100, 100, 100, 100, 100);
        measure("ServerBench", "ours", "us/request", 102, 204, 102, 102, 102, 102, 102);
        assertGoal("server: CPU per request, to no filter", "1.02× (noise 0.97 to 1.03, 7 rounds)", GoalResult.HOLDS);
        measured.removeIf(one -> one.way().equals("ours"));
        measure("ServerBench", "ours", "us/request", 104, 208, 104, 104, 104, 104, 104);
        assertGoal("server: CPU per request, to no filter", "1.04× (noise 0.97 to 1.03, 7 rounds)", GoalResult.FAILS);
        measured.removeIf(one -> one.way().equals("ours"));
        measure("ServerBench", "ours", "us/request", 100, 200, 100);
        assertGoal("server: CPU per request, to no filter", "1× (noise 0.97 to 1.03, 3 rounds)", GoalResult.FAILS);
    }

    @Test
    void worstStoreDecidesOnGrowth() {
        measure("OutboxBench", "claim:store=sqlite,waiting=1000", "ns/op", 100);
        measure("OutboxBench", "claim:store=sqlite,waiting=1000000", "ns/op", 110);
        measure("OutboxBench", "claim:store=memory,waiting=1000", "ns/op", 10);
        measure("OutboxBench", "claim:store=memory,waiting=1000000", "ns/op", 16);
        measure("OutboxBench", "memoryAdd", "ns/op", 5);
        assertGoal("claim: 1 M waiting to 1 k, worst store", "1.60×", GoalResult.FAILS);
    }

    @Test
    void kafkaIsComparedWithABareProducerAndWithMemory() {
        measure("KafkaStoreBench", "bareProducer", "events/s", 100);
        measure("KafkaStoreBench", "ours", "events/s", 79);
        assertGoal("Kafka: stored, to a bare producer", "0.79×", GoalResult.FAILS);
        measure("KafkaDeliveryBench", "oursMemory", "us/event", 8);
        measure("KafkaDeliveryBench", "oursKafka", "us/event", 12);
        assertGoal("Kafka: delivery CPU to in memory", "1.50×", GoalResult.HOLDS);
    }

    @Test
    void costMayGrowInProportionToTheQuery() {
        grow("1/50", 120, 100);
        grow("50/50", 625, 600);
        grow("1/500", 250, 130);
        grow("1/2000", 700, 200);
        assertGoal("capture: 50 cookies to 1", "1.25×", GoalResult.HOLDS);
        assertGoal("capture: steepest growth to the query's own", "1.04×", GoalResult.HOLDS);
    }

    private void grow(String request, double whole, double filled) {
        measure("CaptureGrowthBench", "noClick:request=" + request, "ns/op", whole);
        measure("CaptureGrowthBench", "filled:request=" + request, "ns/op", filled);
    }

    private void measure(String bench, String way, String figure, double... rounds) {
        measured.add(
                new Measured(bench, way, figure, Arrays.stream(rounds).boxed().toList()));
    }

    private void assertGoal(String what, String expected, GoalResult result) {
        Goal found = Goals.of(measured).stream()
                .filter(goal -> goal.what().equals(what))
                .findFirst()
                .orElseThrow();
        assertEquals(new Goal(what, found.goal(), expected, result), found);
    }
}
