// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.util.SplittableRandom;

/** Lets the writer of a {@link LocalStore} work after a while, and its transactions fail. Not thread-safe. */
final class LocalStoreFaults implements LocalStore.Listener {
    /** One of this many events waits for a slow disk. */
    private static final int SLOW_ONE_IN = 10;

    private final World world;
    private final LocalStore store;
    private final SplittableRandom random;
    private boolean crashesAfter;

    LocalStoreFaults(World world, LocalStore store, SplittableRandom random) {
        this.world = world;
        this.store = store;
        this.random = random;
    }

    private SimulatedProcess process() {
        return world.processes.get(0);
    }

    @Override
    public void queued() {
        SimulatedProcess process = process();
        boolean slow = world.faults.mayHappen() && random.nextInt(SLOW_ONE_IN) == 0;
        long delay = slow ? (long) (1e7 * Math.pow(10, 3 * random.nextDouble())) : random.nextLong(3_000_000);
        world.coverage.count(slow ? "writer waits for a slow disk" : "writer waits for its turn");
        world.scheduler.after(delay, () -> process.deliver(store::step));
    }

    @Override
    public void written() {
        crashesAfter = false;
        if (world.isQuiet()) {
            return;
        }
        CallFault fault = world.faults.draw(Call.TRANSACTION);
        world.coverage.called(Call.TRANSACTION);
        if (fault == null) {
            return;
        }
        world.coverage.met(fault, Call.TRANSACTION);
        world.trace.add(process().name, "fault", fault.name().hashCode(), 0, () -> fault + " in a transaction");
        if (fault == CallFault.THROW_BEFORE) {
            FaultPlan.<RuntimeException>sneakyThrow(world.faults.throwable());
        }
        crashesAfter = fault == CallFault.CRASH_AFTER;
        if (fault == CallFault.CRASH_BEFORE) {
            process().die();
        }
    }

    @Override
    public void stored() {
        if (crashesAfter) {
            process().die();
        }
    }
}
