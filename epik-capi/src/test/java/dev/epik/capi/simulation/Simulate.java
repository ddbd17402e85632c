// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.delivery.RealEngine;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs schedules from a command line.
 *
 * <pre>
 * Simulate SEED [--trace]              one schedule, with everything that it did
 * Simulate --hashes FROM COUNT STEP    a line for each schedule: what it did, as a number; every STEPth seed
 * Simulate --until-violation FROM MAX  schedules until one breaks an invariant; exits with 3 then
 * </pre>
 *
 * The system property {@code epik.simulation.defect} runs the simulation's own small engine with that defect instead,
 * {@code NONE} that engine without one.
 */
public final class Simulate {
    private static final Logger EPIK_LOG = Logger.getLogger("dev.epik.capi");
    private static final int VIOLATION = 3;

    private Simulate() {}

    public static void main(String[] arguments) {
        EPIK_LOG.setLevel(Level.OFF);
        Simulation simulation = new Simulation(factory(), new RealStores(), new Coverage());
        if (arguments[0].equals("--hashes")) {
            long from = Long.parseLong(arguments[1]);
            long step = Long.parseLong(arguments[3]);
            for (long seed = from; seed < from + step * Long.parseLong(arguments[2]); seed += step) {
                System.out.println(seed + " " + hash(simulation.run(seed, null)));
            }
        } else if (arguments[0].equals("--until-violation")) {
            System.exit(untilViolation(simulation, Long.parseLong(arguments[1]), Long.parseLong(arguments[2])));
        } else {
            boolean trace = arguments.length > 1 && arguments[1].equals("--trace");
            Simulation.Result result = simulation.run(Long.parseLong(arguments[0]), trace ? System.out : null);
            System.out.println(
                    result.violation().orElse("no violation") + ", " + result.steps() + " steps, " + hash(result));
        }
    }

    static String hash(Simulation.Result result) {
        return String.format(Locale.ROOT, "%016x", result.hash());
    }

    private static EngineUnderTest.Factory factory() {
        String defect = System.getProperty("epik.simulation.defect", "");
        return defect.isEmpty() ? RealEngine::new : ports -> new SimpleEngine(ports, defects(defect));
    }

    private static Set<SimpleEngine.Defect> defects(String name) {
        return name.equals("NONE") ? Set.of() : Set.of(SimpleEngine.Defect.valueOf(name));
    }

    private static int untilViolation(Simulation simulation, long from, long max) {
        for (long seed = from; seed < from + max; seed++) {
            Simulation.Result result = simulation.run(seed, null);
            if (result.violation().isPresent()) {
                System.out.println("schedule " + (seed - from + 1) + ", seed " + seed + ": "
                        + result.violation().get());
                return VIOLATION;
            }
        }
        System.out.println("no violation in " + max + " schedules");
        return 0;
    }
}
