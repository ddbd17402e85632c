// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AdAccount;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All parts of one simulation. It lives as long as its schedule. Not thread-safe. */
final class World {
    final Scheduler scheduler;
    final Trace trace;
    final Ledger ledger = new Ledger();
    final Coverage coverage;
    final FaultPlan faults;
    final Invariants invariants;
    final Retention retention = new Retention(this);
    final SimulatedPinterest pinterest;
    final SimulatedTokens tokens;
    final Clocks.Store storeClock;
    final Outbox store;

    /** The store if it belongs to a process; null if it is shared and outlives the processes. */
    final @Nullable LocalStore local;

    /** The store if each process delivers a part of it; null if all deliver from one. */
    final @Nullable GroupStore group;

    final EngineUnderTest.Factory factory;
    final Function<Clock, DeliveryOptions> options;

    /** The current process of each machine. A process that has ended is replaced later. */
    final List<SimulatedProcess> processes = new ArrayList<>();

    private final List<Clocks.Machine> machines = new ArrayList<>();
    private final SplittableRandom random;
    private final Map<String, Long> accounts = new HashMap<>();
    private int started;
    private long storeDownUntil;
    private long settleFailsUntil;
    private boolean storeClockWasSet;
    private boolean quiet;

    /** Opens the store on the simulated clock. */
    @FunctionalInterface
    interface StoreFactory {
        Outbox open(Clock clock);
    }

    World(
            SplittableRandom random,
            EngineUnderTest.Factory factory,
            StoreFactory stores,
            Function<Clock, DeliveryOptions> options,
            double intensity,
            Coverage coverage,
            @Nullable PrintStream out) {
        this.random = random.split();
        this.scheduler = new Scheduler(random.split());
        this.trace = new Trace(scheduler, out);
        this.coverage = coverage;
        this.faults = new FaultPlan(random.split(), intensity);
        this.invariants = new Invariants(this);
        this.pinterest = new SimulatedPinterest(this, random.split());
        this.tokens = new SimulatedTokens(this, random.split());
        this.storeClock = new Clocks.Store(scheduler);
        this.store = stores.open(storeClock);
        this.factory = factory;
        this.options = options;
        this.local = store instanceof LocalStore ours ? ours : null;
        if (local != null) {
            local.listener(new LocalStoreFaults(this, local, random.split()));
        }
        this.group = store instanceof GroupStore ours ? ours : null;
        if (group != null) {
            group.start(new GroupStore.Ports(
                    scheduler,
                    random.split(),
                    faults::mayHappen,
                    this::isStoreDown,
                    invariants::violated,
                    coverage::count,
                    json -> ledger.ofJson(json).dead = true,
                    line -> trace.add("store", line, 0, 0, () -> "")));
        }
    }

    // --- machines and processes

    void addMachine() {
        Clocks.Machine machine =
                new Clocks.Machine(scheduler, random.nextLong() >> 8, (random.nextDouble() - 0.5) * 2e-4);
        machines.add(machine);
        if (local != null) {
            storeClock.follow(machine);
        }
        SimulatedProcess process = newProcess(machine);
        processes.add(process);
        process.start();
    }

    private SimulatedProcess newProcess(Clocks.Machine machine) {
        return new SimulatedProcess(
                this, "n" + (machines.indexOf(machine) + 1) + "." + started++, machine, random.split());
    }

    /** Starts a new process to replace one that has ended. */
    void restartLater(SimulatedProcess ended) {
        long delay = (long) (Duration.ofSeconds(1).toNanos() * Math.pow(10, 2.2 * random.nextDouble()));
        scheduler.after(delay, () -> {
            int machine = processes.indexOf(ended);
            SimulatedProcess process = newProcess(machines.get(machine));
            processes.set(machine, process);
            process.start();
        });
    }

    DeliveryOptions optionsOf(SimulatedProcess process) {
        return options.apply(new MachineClock(process.clock));
    }

    // --- ad accounts

    /** @param knownFrom the time from which the engine can look up the ad account */
    void addAccount(String id, long knownFrom) {
        accounts.put(id, knownFrom);
    }

    int accountCount() {
        return accounts.size();
    }

    Optional<AdAccount> lookUp(String id) {
        Long knownFrom = accounts.get(id);
        boolean known = knownFrom != null && knownFrom <= scheduler.now();
        return known ? Optional.of(AdAccount.of(id, "never-asked")) : Optional.empty();
    }

    // --- failures of the store

    boolean isStoreDown() {
        return scheduler.now() < storeDownUntil || (local != null && !local.isOpen());
    }

    void storeDown(Duration time) {
        coverage.count("store down");
        storeDownUntil = scheduler.now() + time.toNanos();
    }

    /** Uses the store as an operator or the simulation itself, without faults. */
    <T> T quietly(Supplier<T> work) {
        boolean before = quiet;
        quiet = true;
        try {
            return work.get();
        } finally {
            quiet = before;
        }
    }

    boolean isQuiet() {
        return quiet;
    }

    boolean isSettleFailing() {
        return scheduler.now() < settleFailsUntil;
    }

    void settleFails(Duration time) {
        coverage.count("settling fails for a while");
        settleFailsUntil = scheduler.now() + time.toNanos();
    }

    void setStoreClock(Duration by) {
        coverage.count("store clock set");
        trace.add("store", "clock", by.toNanos(), 0, by::toString);
        storeClockWasSet = true;
        storeClock.jump(by.toNanos());
    }

    /** Moves the wall clock of a machine. */
    void setWallClock(SimulatedProcess process, Duration by) {
        coverage.count("wall clock set " + (by.isNegative() ? "back" : "forward"));
        trace.add(process.name, "wall clock", by.toNanos(), 0, by::toString);
        storeClockWasSet |= local != null || group != null;
        process.clock.jump(by.toNanos());
    }

    boolean storeClockWasSet() {
        return storeClockWasSet;
    }

    /** Ends all faults except those of poison events. */
    void heal() {
        trace.add("-", "all is well", 0, 0, () -> "");
        faults.heal();
        pinterest.heal();
        tokens.behavior(SimulatedTokens.Behavior.IMMEDIATE);
        storeDownUntil = 0;
        settleFailsUntil = 0;
    }
}
