// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws the events of a schedule: sales, outages, poison events, stops, and actions of operators. Not thread-safe. */
final class Disturbances {
    private static final Poison[] POISON = Poison.values();
    private static final Outage.Kind[] OUTAGES = Outage.Kind.values();
    private static final SimulatedTokens.Behavior[] BEHAVIORS = SimulatedTokens.Behavior.values();

    /** One of this many requests has an event that the shop submits again at that moment. */
    private static final int LOCK_ONE_IN = 20;

    private final World world;
    private final Plan plan;
    private final SplittableRandom random;
    private final SimulatedShop shop;
    private final List<String> accounts;
    private final long trouble;
    private final Set<String> troubled = new HashSet<>();
    private boolean needsOperator;

    Disturbances(World world, Plan plan, SplittableRandom random, SimulatedShop shop, List<String> accounts) {
        this.world = world;
        this.plan = plan;
        this.random = random;
        this.shop = shop;
        this.accounts = accounts;
        this.trouble = plan.trouble().toNanos();
    }

    /** Returns whether an outage allows pauses of 15 minutes. */
    boolean needsOperator() {
        return needsOperator;
    }

    /** Returns the ad accounts that have an outage. Poison events do not count. */
    Set<String> troubledAccounts() {
        return troubled;
    }

    void schedule() {
        for (int i = 0; i < plan.burst(); i++) {
            world.scheduler.at(random.nextLong(1 + trouble / 20), () -> shop.submit(Poison.NONE, 0));
        }
        sales();
        for (int i = 0; i < plan.poison(); i++) {
            poison();
        }
        for (int i = 0; i < plan.outages(); i++) {
            outage();
        }
        times(random.nextInt(8), shop::cancel);
        times(random.nextInt(3), shop::redrive);
        times(random.nextInt(2), shop::resume);
        times(random.nextInt(4), shop::lockKnownEvent);
        if (random.nextInt(3) == 0) {
            world.pinterest.onArrival(this::lockInFlight);
        }
        tokens();
        if (!plan.isCalm()) {
            processes();
            times(random.nextInt(3) / 2, () -> world.storeDown(upTo(Duration.ofMinutes(4))));
            times(random.nextInt(4) / 2, () -> world.settleFails(upTo(Duration.ofMinutes(6))));
        }
        if (plan.storeClockMoves()) {
            times(1 + random.nextInt(2), () -> world.setStoreClock(jump(Duration.ofMinutes(30))));
        }
        if (plan.wallClocksMove()) {
            times(1 + random.nextInt(3), this::setWallClock);
        }
    }

    private void lockInFlight(SimRequest request) {
        if (random.nextInt(LOCK_ONE_IN) == 0 && world.faults.isActive()) {
            shop.lock(request.events.get(random.nextInt(request.events.size())));
        }
    }

    private void times(int count, Runnable action) {
        for (int i = 0; i < count; i++) {
            world.scheduler.at(random.nextLong(trouble), action);
        }
    }

    private Duration upTo(Duration limit) {
        return Duration.ofNanos((long) (limit.toNanos() * Math.pow(random.nextDouble(), 2)));
    }

    private Duration jump(Duration limit) {
        Duration by = upTo(limit);
        return random.nextBoolean() ? by : by.negated();
    }

    /** Continues sales for a while after the faults, so that engines see other events accepted. */
    private void sales() {
        double mean = plan.saleEvery().toNanos();
        long end = trouble + Math.min(trouble, Duration.ofMinutes(10).toNanos());
        long time = 0;
        while (time < end) {
            time += (long) (-Math.log(1 - random.nextDouble()) * mean);
            world.scheduler.at(time, () -> shop.submit(Poison.NONE, 0));
        }
    }

    private void poison() {
        Poison kind = POISON[1 + random.nextInt(POISON.length - 1)];
        needsOperator |= kind == Poison.S403 || kind == Poison.S404;
        world.coverage.count("poison " + kind);
        long curedAt = random.nextInt(4) == 0 ? random.nextLong(2 * trouble) : Long.MAX_VALUE;
        world.scheduler.at(random.nextLong(trouble), () -> shop.submit(kind, curedAt));
    }

    private void outage() {
        Outage.Kind kind = OUTAGES[random.nextInt(OUTAGES.length)];
        needsOperator |= kind.needsOperator();
        world.coverage.count("outage " + kind);
        long from = random.nextLong(trouble);
        long length = upTo(Duration.ofNanos(trouble)).toNanos();
        // an answer that names events as failed is an outage only if it comes to all requests
        double share = kind == Outage.Kind.ALL_FAILED || random.nextBoolean() ? 1 : random.nextDouble();
        String account = random.nextInt(3) == 0 ? accounts.get(random.nextInt(accounts.size())) : "";
        troubled.addAll(account.isEmpty() ? accounts : List.of(account));
        world.pinterest.add(new Outage(kind, account, from, from + length, share));
    }

    private void tokens() {
        if (random.nextInt(3) == 0) {
            String account = accounts.get(random.nextInt(accounts.size()));
            troubled.add(account);
            world.coverage.count("token revoked");
            times(1, () -> world.tokens.revoke(account));
            needsOperator = true;
        }
        if (random.nextInt(3) == 0 && !plan.isCalm()) {
            SimulatedTokens.Behavior behavior = BEHAVIORS[random.nextInt(BEHAVIORS.length)];
            long from = random.nextLong(trouble);
            world.scheduler.at(from, () -> world.tokens.behavior(behavior));
            world.scheduler.at(
                    from + upTo(Duration.ofMinutes(20)).toNanos(),
                    () -> world.tokens.behavior(SimulatedTokens.Behavior.IMMEDIATE));
            needsOperator = true;
        }
    }

    private void processes() {
        times(random.nextInt(3), () -> anyProcess().die());
        times(random.nextInt(3), () -> anyProcess().shutDown(upTo(Duration.ofSeconds(10))));
        times(random.nextInt(3), () -> anyProcess().freeze(upTo(Duration.ofMinutes(10)), random.nextInt(3) == 0));
    }

    private SimulatedProcess anyProcess() {
        return world.processes.get(random.nextInt(world.processes.size()));
    }

    private void setWallClock() {
        Duration by = jump(Duration.ofHours(2));
        world.setWallClock(anyProcess(), by);
    }
}
