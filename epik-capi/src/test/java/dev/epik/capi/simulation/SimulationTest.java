// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.SilentLog;
import dev.epik.capi.delivery.RealEngine;
import dev.epik.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Searches for schedules that break an invariant of delivery. The system property {@code epik.simulation.schedules}
 * sets how many are tried, {@code epik.simulation.from} the first seed.
 */
class SimulationTest {
    @RegisterExtension
    static final SilentLog LOG = SilentLog.ofEpik();

    private static final long SCHEDULES = Long.getLong("epik.simulation.schedules", 2000);
    private static final long FROM = Long.getLong("epik.simulation.from", 0);
    private static final int SIMPLE_SCHEDULES = 400;
    private static final int MAX_TO_FIND = 3000;
    private static final int SAME_IN_TWO_JVMS = 100;
    private static final int SAME_ON_SQLITE = 20;

    @Test
    void everyScheduleKeepsTheInvariants() throws Exception {
        Coverage coverage = new Coverage();
        Simulation simulation = new Simulation(RealEngine::new, new RealStores(), coverage);
        List<String> violations = new ManySchedules(simulation, FROM, SCHEDULES).run(60);
        System.out.println(coverage.report());
        assertEquals(
                List.of(),
                violations,
                "Replay one by: java -cp CLASSPATH_OF_THE_TESTS dev.epik.capi.simulation.Simulate SEED --trace");
        for (Call call : EnumSet.of(Call.CLAIM, Call.SEND, Call.SETTLE)) {
            assertTrue(coverage.count(CallFault.CRASH_BEFORE, call) > 0, () -> "no crash before " + call);
            assertTrue(coverage.count(CallFault.CRASH_AFTER, call) > 0, () -> "no crash after " + call);
        }
        if (!Boolean.getBoolean("epik.simulation.model-only")) {
            for (CallFault fault : EnumSet.of(CallFault.CRASH_BEFORE, CallFault.CRASH_AFTER, CallFault.THROW_BEFORE)) {
                assertTrue(coverage.count(fault, Call.TRANSACTION) > 0, () -> "no " + fault + " in a transaction");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({SAME_IN_TWO_JVMS + ",1", SAME_ON_SQLITE + ",10"})
    void seedIsReproducibleInAnotherJvm(int count, int step) throws Exception {
        long from = FROM / 10 * 10;
        String modelOnly = "-Depik.simulation.model-only=" + Boolean.getBoolean("epik.simulation.model-only");
        Process child = ChildJvm.prepare(
                        List.of(modelOnly), Simulate.class, "--hashes", "" + from, "" + count, "" + step)
                .start();
        Simulation simulation = new Simulation(RealEngine::new, new RealStores(), new Coverage());
        List<String> here = new ArrayList<>();
        for (long seed = from; seed < from + (long) count * step; seed += step) {
            here.add(seed + " " + Simulate.hash(simulation.run(seed, null)));
        }
        String there = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor());
        assertEquals(here, there.lines().toList());
    }

    /** Returns the seed of a schedule that is not on SQLite, which is slow. */
    private static long withoutFile(long number) {
        return number / 9 * 10 + 1 + number % 9;
    }

    /** Shows that violations found with a defect are caused by the defect. */
    @Test
    void simpleEngineWithoutDefectsKeepsTheInvariants() {
        Simulation simulation = new Simulation(
                        ports -> new SimpleEngine(ports, Set.of()), new RealStores(), new Coverage())
                .withoutHousekeeping();
        for (long i = 0; i < SIMPLE_SCHEDULES; i++) {
            assertEquals(Optional.empty(), simulation.run(withoutFile(i), null).violation(), "seed " + withoutFile(i));
        }
    }

    /** Shows that the simulation finds defects. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IGNORES_LEASE") // takes long; MutationTest has it
    void everyDefectIsFound(SimpleEngine.Defect defect) {
        Simulation simulation = new Simulation(
                        ports -> new SimpleEngine(ports, Set.of(defect)), new RealStores(), new Coverage())
                .withoutHousekeeping();
        Optional<String> found = Optional.empty();
        for (long i = 0; i < MAX_TO_FIND && found.isEmpty(); i++) {
            found = simulation.run(withoutFile(i), null).violation();
        }
        assertFalse(found.isEmpty(), () -> defect + " was not found in " + MAX_TO_FIND + " schedules");
    }
}
