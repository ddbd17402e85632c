// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.Mode;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the schedule of one seed: some time in which things go wrong, then some in which all is well. */
public final class Simulation {
    /** How often the books are checked during the trouble. */
    private static final Duration BOOKS = Duration.ofMinutes(1);

    private static final Duration PROBE_GAP = Duration.ofMinutes(1);
    private static final Duration PROBE_GAP_FOR_PEOPLE = Duration.ofMinutes(15);
    private static final Duration LEASE = Duration.ofMinutes(3);

    /** How long an engine remembers that it could not look an ad account up, whatever the reason. */
    private static final Duration UNKNOWN_ACCOUNT = Duration.ofMinutes(10);

    /** For discovery, the linger time, the suspects' share of requests and the bisection of each poison event. */
    private static final Duration SLACK = Duration.ofMinutes(4);

    /** For the time until the events of a process that ended are with another one, and for the retry topics. */
    private static final Duration GROUP = Duration.ofMinutes(30);

    private final Stores stores;
    private final EngineUnderTest.Factory factory;
    private final Coverage coverage;
    private boolean hasHousekeeping = true;
    private boolean hasGroup;

    /** Opens the stores that a simulation does not bring itself. */
    public interface Stores {
        Outbox memory(Clock clock);

        LocalStore sqlite(Clock clock);

        /** Opens a store from which each process delivers a part; by default there is none. */
        default GroupStore group(Clock clock, long seed) {
            throw new UnsupportedOperationException();
        }

        /** Closes a store, and removes what it leaves behind. */
        void close(Outbox store);
    }

    /**
     * The result of a schedule.
     *
     * @param violation of an invariant, with its time
     * @param hash of everything that happened
     */
    public record Result(Optional<String> violation, long hash, long steps) {}

    public Simulation(EngineUnderTest.Factory factory, Stores stores, Coverage coverage) {
        this.factory = factory;
        this.stores = stores;
        this.coverage = coverage;
    }

    /** Makes no schedule expect that events are forgotten, for an engine that does no housekeeping. */
    Simulation withoutHousekeeping() {
        hasHousekeeping = false;
        return this;
    }

    /** Uses the {@link GroupStore} in each schedule. */
    public Simulation withGroup() {
        hasGroup = true;
        hasHousekeeping = false;
        return this;
    }

    /**
     * Runs the schedule of this seed.
     *
     * @param out gets a line for each action; null: no lines
     */
    public Result run(long seed, @Nullable PrintStream out) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        Plan plan = Plan.draw(random.split(), hasGroup ? Plan.StoreKind.GROUP : storeOf(seed));
        if (out != null) {
            out.println("seed " + seed + ": " + plan);
        }
        World world = new World(
                random.split(),
                factory,
                clock -> open(plan.store(), clock, seed),
                options(random.split()),
                plan.intensity(),
                coverage,
                out);
        if (hasHousekeeping && Math.floorMod(seed / 10, 2) == 0) {
            world.retention.shorten(seed / 20);
        }
        try {
            return run(world, plan, random);
        } finally {
            stores.close(world.store);
        }
    }

    /** Uses SQLite in every tenth schedule, and a store on the heap in another tenth. */
    private static Plan.StoreKind storeOf(long seed) {
        if (Boolean.getBoolean("epik.simulation.model-only")) {
            return Plan.StoreKind.MODEL;
        }
        return switch ((int) Math.floorMod(seed, 10L)) {
            case 0 -> Plan.StoreKind.SQLITE;
            case 1 -> Plan.StoreKind.MEMORY;
            default -> Plan.StoreKind.MODEL;
        };
    }

    private Outbox open(Plan.StoreKind kind, Clock clock, long seed) {
        return switch (kind) {
            case MODEL -> new ModelOutbox(clock);
            case MEMORY -> stores.memory(clock);
            case SQLITE -> stores.sqlite(clock);
            case GROUP -> stores.group(clock, seed);
        };
    }

    private static Function<Clock, DeliveryOptions> options(SplittableRandom random) {
        Mode mode = random.nextInt(3) == 0 ? Mode.TEST : Mode.LIVE;
        boolean park = random.nextInt(8) == 0;
        Optional<Duration> maxAge =
                random.nextInt(8) == 0 ? Optional.of(Duration.ofMinutes(random.nextInt(60, 10_000))) : Optional.empty();
        return clock -> {
            DeliveryOptions options = DeliveryOptions.of(mode, clock);
            options = park ? options.withLate(DeliveryOptions.Late.DEAD_LETTER) : options;
            return maxAge.isPresent() ? options.withMaxAge(maxAge.get()) : options;
        };
    }

    private static Result run(World world, Plan plan, SplittableRandom random) {
        List<String> accounts = new ArrayList<>();
        long trouble = plan.trouble().toNanos();
        Set<String> unknown = new HashSet<>();
        for (int i = 1; i <= plan.accounts(); i++) {
            accounts.add("" + i);
            if (random.nextInt(8) == 0) {
                unknown.add("" + i);
            }
            world.addAccount("" + i, unknown.contains("" + i) ? random.nextLong(trouble) : 0);
        }
        for (int i = 0; i < plan.processes(); i++) {
            world.addMachine();
        }
        SimulatedShop shop = new SimulatedShop(world, random.split(), accounts);
        Disturbances disturbances = new Disturbances(world, plan, random.split(), shop, accounts);
        disturbances.schedule();
        disturbances.troubledAccounts().addAll(unknown);
        FinalChecks checks = new FinalChecks(world);
        for (long time = 0; time < trouble; time += BOOKS.toNanos()) {
            world.scheduler.runUntil(Math.min(trouble, time + BOOKS.toNanos()));
            checks.booksBalance();
        }
        world.heal();
        long bound = bound(world, disturbances.needsOperator(), !unknown.isEmpty() || !plan.isCalm(), plan.poison());
        world.scheduler.runUntil(bound);
        if (!world.storeClockWasSet()) {
            checks.ordinaryEventsAreDelivered(trouble);
        }
        world.scheduler.runUntil(
                Math.max(trouble + plan.after().toNanos(), bound + plan.after().toNanos() / 2));
        if (world.invariants.violation().isEmpty()) {
            checks.everythingIsInItsPlace();
            checks.countsAreRight(accounts);
            checks.booksBalance();
            if (world.group != null) {
                world.group.checkAtTheEnd(world.invariants.repeats());
            }
            if (plan.isCalm()) {
                checks.othersAreNotDelayed(disturbances.troubledAccounts());
            }
        }
        return new Result(world.invariants.violation(), world.trace.hash(), world.trace.lines());
    }

    /** Returns the time until which events that never failed alone must be delivered. */
    private static long bound(World world, boolean needsOperator, boolean unknownAccount, int poison) {
        long asked = Math.max(world.pinterest.askedToWaitUntil(), world.tokens.askedToWaitUntil());
        long from = Math.max(world.scheduler.now(), asked);
        Duration gap = needsOperator || poison > 0 ? PROBE_GAP_FOR_PEOPLE : PROBE_GAP;
        Duration group = world.group == null ? Duration.ZERO : GROUP;
        Duration unknown = unknownAccount ? UNKNOWN_ACCOUNT : Duration.ZERO;
        return from
                + gap.plus(LEASE).plus(SLACK).plus(unknown).plus(group).toNanos()
                + Duration.ofMinutes(poison).toNanos();
    }
}
