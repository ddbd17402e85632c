// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.SilentLog;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs delivery on the windows of a group of workers, with a model of the topics, and searches for schedules that break
 * an invariant. The system property {@code epik.simulation.from} sets the first seed,
 * {@code epik.kafka.simulation.schedules} how many the full set tries.
 */
class KafkaSimulationTest {
    @RegisterExtension
    static final SilentLog LOG = SilentLog.ofEpik();

    private static final long FROM = Long.getLong("epik.simulation.from", 0);
    private static final long SOME = 200;
    private static final long MANY = Long.getLong("epik.kafka.simulation.schedules", 3_000);

    @Test
    void someSchedulesKeepTheInvariants() throws Exception {
        String report = assertKept(SOME);
        for (String each : List.of(
                "record in t-retry",
                "partitions revoked",
                "dead letter written",
                "worker expelled, crashed true",
                "worker expelled, crashed false",
                "record not written",
                "commit refused",
                "cancel REQUESTED",
                "redrive")) {
            assertTrue(report.contains(each), () -> each + " never happened");
        }
    }

    @Test
    @Tag("full")
    void manySchedulesKeepTheInvariants() throws Exception {
        System.out.println(assertKept(MANY));
    }

    @Test
    void aSeedIsReproducible() {
        for (long seed = FROM; seed < FROM + 5; seed++) {
            assertEquals(
                    SimulateKafka.simulation(new Coverage()).run(seed, null),
                    SimulateKafka.simulation(new Coverage()).run(seed, null));
        }
    }

    private static String assertKept(long schedules) throws InterruptedException {
        Coverage coverage = new Coverage();
        List<String> violations = new ManySchedules(SimulateKafka.simulation(coverage), FROM, schedules).run(60);
        assertEquals(
                List.of(),
                violations,
                "Replay one by: java -cp CLASSPATH_OF_THE_TESTS dev.epik.capi.simulation.SimulateKafka SEED --trace");
        return coverage.report();
    }
}
