// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.SilentLog;
import dev.epik.capi.delivery.RealEngine;
import dev.epik.kafka.worker.SimulatedGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares what poison events cost from topics with what they cost from a database, on simulated time. */
@Tag("full")
@Tag("scale")
class KafkaPoisonTest {
    @RegisterExtension
    static final SilentLog LOG = SilentLog.ofEpik();

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int WINDOW = 5_000;

    /** The cost of a scenario. */
    private record Cost(
            long requests, long maxDelaySeconds, long over10Seconds, long overAnHour, long dead, int missing) {
        static Cost of(Scenario scenario) {
            return new Cost(
                    scenario.requests(),
                    Scenario.delays(scenario.events()).max().orElse(0) / 1_000_000_000L,
                    scenario.laterThan(Duration.ofSeconds(10)),
                    scenario.laterThan(HOUR),
                    scenario.dead(),
                    scenario.missing().size());
        }
    }

    private static SimulatedGroup topics(Clock clock) {
        return new SimulatedGroup(clock, WINDOW, false, Duration.ofSeconds(45));
    }

    private static Cost run(World.StoreFactory store, long seed, Consumer<Scenario> steps) {
        Scenario scenario = new Scenario(RealEngine::new, store, seed);
        steps.accept(scenario);
        return Cost.of(scenario);
    }

    /** Runs the scenario on a model of a database and on topics, and returns the cost on topics. */
    private static Cost compared(String name, long seed, Consumer<Scenario> steps) {
        Cost database = run(ModelOutbox::new, seed, steps);
        Cost topics = run(KafkaPoisonTest::topics, seed, steps);
        System.out.println("EPIK: poison, " + name + ": database " + database + ", topics " + topics);
        assertEquals(0, topics.missing, name);
        assertTrue(
                topics.requests <= database.requests * 1.1 + 20,
                () -> name + ": " + topics.requests + " requests instead of " + database.requests);
        return topics;
    }

    static Stream<Arguments> poisonAndSales() {
        return Stream.of(Poison.S400, Poison.S500, Poison.NO_ANSWER)
                .flatMap(poison -> Stream.of(Duration.ofMinutes(30), Duration.ofMinutes(2), Duration.ofHours(10))
                        .map(each -> Arguments.of(poison, each)));
    }

    @ParameterizedTest
    @MethodSource("poisonAndSales")
    void poisonEventMakesNoOtherEventLate(Poison poison, Duration each) {
        Duration end = Duration.ofDays(3);
        Cost cost = compared(poison + ", a sale each " + each, 1, scenario -> {
            scenario.addAccounts(1);
            scenario.start();
            scenario.storeEvery(each, MINUTE, end, "1");
            scenario.storeAt(HOUR, "1", poison);
            scenario.runUntil(end.plus(HOUR.multipliedBy(2)));
        });
        assertTrue(cost.overAnHour <= 2, () -> cost.overAnHour + " events are over an hour late");
    }

    @ParameterizedTest
    @EnumSource(names = {"S400", "S403", "S413", "S500", "NO_ANSWER", "NAMED"})
    void aPoisonEventAloneInItsAdAccountWaitsAndCostsLittle(Poison poison) {
        Cost cost = compared(poison + " alone in its ad account", 3, scenario -> {
            scenario.addAccounts(2);
            scenario.start();
            scenario.storeAt(MINUTE, "1", poison);
            scenario.storeEvery(Duration.ofMinutes(10), MINUTE, Duration.ofHours(20), "2");
            scenario.runUntil(Duration.ofHours(20));
        });
        assertEquals(0, cost.over10Seconds);
    }

    @Test
    void aBacklogWithOnePercentPoisonIsDelivered() {
        backlog(Poison.S500, 10_000);
    }

    /** The backlog is longer than what a partition is read past its first unsettled record. */
    @ParameterizedTest
    @EnumSource(names = {"S400", "S500"})
    void aLargeBacklogWithOnePercentPoisonIsDelivered(Poison poison) {
        Cost cost = backlog(poison, 100_000);
        assertTrue(cost.maxDelaySeconds < 10_800, () -> cost.maxDelaySeconds + " s, and 10,200 s from a database");
    }

    private static Cost backlog(Poison poison, int events) {
        return compared("1 % of " + events + " is " + poison, 2, scenario -> {
            scenario.addAccounts(1);
            for (int i = 0; i < events; i++) {
                scenario.store("1", scenario.random.nextInt(100) == 0 ? poison : Poison.NONE, Duration.ofMinutes(50));
            }
            scenario.start();
            scenario.runUntil(Duration.ofHours(6));
        });
    }
}
