// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.delivery.RealEngine;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.worker.SimulatedGroup;
import java.time.Clock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs schedules of delivery from topics from a command line.
 *
 * <pre>
 * SimulateKafka SEED [--trace]              one schedule, with everything that it did
 * SimulateKafka --until-violation FROM MAX  schedules until one breaks an invariant; exits with 3 then
 * </pre>
 */
public final class SimulateKafka {
    private static final int VIOLATION = 3;
    private static final Logger LOG = Logger.getLogger("dev.epik");

    private SimulateKafka() {}

    public static void main(String[] arguments) {
        LOG.setLevel(Level.OFF);
        Simulation simulation = simulation(new Coverage());
        if (arguments[0].equals("--until-violation")) {
            long from = Long.parseLong(arguments[1]);
            long max = Long.parseLong(arguments[2]);
            for (long seed = from; seed < from + max; seed++) {
                Simulation.Result result = simulation.run(seed, null);
                if (result.violation().isPresent()) {
                    System.out.println("schedule " + (seed - from + 1) + ", seed " + seed + ": "
                            + result.violation().get());
                    System.exit(VIOLATION);
                }
            }
            System.out.println("no violation in " + max + " schedules");
            return;
        }
        boolean trace = arguments.length > 1 && arguments[1].equals("--trace");
        Simulation.Result result = simulation.run(Long.parseLong(arguments[0]), trace ? System.out : null);
        System.out.println(
                result.violation().orElse("no violation") + ", " + result.steps() + " steps, " + Simulate.hash(result));
    }

    static Simulation simulation(Coverage coverage) {
        return new Simulation(RealEngine::new, new Topics(), coverage).withGroup();
    }

    private static final class Topics implements Simulation.Stores {
        @Override
        public GroupStore group(Clock clock, long seed) {
            return new SimulatedGroup(clock, seed);
        }

        @Override
        public Outbox memory(Clock clock) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocalStore sqlite(Clock clock) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(Outbox store) {
            store.close();
        }
    }
}
