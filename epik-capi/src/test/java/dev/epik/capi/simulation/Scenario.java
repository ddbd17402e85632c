// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.outbox.spi.EventStore;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A world without random faults, controlled by a test: one process, and by default a {@link ModelOutbox}. Not
 * thread-safe.
 */
final class Scenario {
    private final World world;
    private final Coverage coverage = new Coverage();
    final SplittableRandom random;

    Scenario(EngineUnderTest.Factory factory, long seed) {
        this(factory, ModelOutbox::new, seed);
    }

    Scenario(EngineUnderTest.Factory factory, World.StoreFactory stores, long seed) {
        this.random = new SplittableRandom(seed);
        this.world = new World(
                random.split(), factory, stores, clock -> DeliveryOptions.of(Mode.LIVE, clock), 0, coverage, null);
    }

    /** Starts the engine. */
    void start() {
        world.addMachine();
    }

    void addAccounts(int count) {
        for (int i = 1; i <= count; i++) {
            world.addAccount("" + i, 0);
        }
    }

    void latency(Duration eachRequest, Duration eachEvent) {
        world.pinterest.latency(eachRequest, eachEvent);
    }

    /** Starts an outage of Pinterest. */
    void outage(Outage.Kind kind, String account, Duration from, Duration to, double share) {
        world.pinterest.add(new Outage(kind, account, from.toNanos(), to.toNanos(), share));
    }

    /** Stores an event now. */
    SimEvent store(String account, Poison poison, Duration age) {
        int index = world.ledger.nextIndex();
        long now = world.scheduler.now();
        StoredEvent stored = new StoredEvent(
                account,
                "checkout",
                "" + index,
                Ledger.json(index),
                Clocks.START.plusNanos(now).minus(age),
                false);
        SimEvent event = new SimEvent(index, stored, poison, Long.MAX_VALUE, now);
        world.ledger.add(event);
        var unused = world.store.add(stored).thenAccept(added -> {
            if (added != EventStore.Added.STORED) {
                throw new IllegalStateException();
            }
            event.acknowledged = true;
            event.acknowledgedAt = now;
            world.processes.forEach(process -> process.wake(account));
        });
        return event;
    }

    void storeAt(Duration time, String account, Poison poison) {
        world.scheduler.at(time.toNanos(), () -> store(account, poison, Duration.ZERO));
    }

    /** Stores an event again and again, until this time. */
    void storeEvery(Duration each, Duration from, Duration until, String account) {
        if (from.compareTo(until) < 0) {
            world.scheduler.at(from.toNanos(), () -> {
                store(account, Poison.NONE, Duration.ZERO);
                storeEvery(each, from.plus(each), until, account);
            });
        }
    }

    void runUntil(Duration time) {
        world.scheduler.runUntil(time.toNanos());
        world.invariants.violation().ifPresent(violation -> {
            throw new AssertionError(violation);
        });
    }

    List<SimEvent> events() {
        return world.ledger.all();
    }

    /** Returns the events without poison that Pinterest did not receive. */
    List<SimEvent> missing() {
        return events().stream()
                .filter(event -> event.poison == Poison.NONE && event.counted == 0)
                .toList();
    }

    /** Returns the events without poison that Pinterest received later than this time after they were stored. */
    long laterThan(Duration limit) {
        return delays(events()).filter(delay -> delay > limit.toNanos()).count();
    }

    /** Returns the delays of the delivered events without poison, in nanoseconds. */
    static LongStream delays(List<SimEvent> events) {
        return events.stream()
                .filter(event -> event.poison == Poison.NONE && event.counted > 0)
                .mapToLong(event -> event.firstCountedAt - event.acknowledgedAt);
    }

    long dead() {
        return events().stream().filter(event -> event.dead).count();
    }

    long requests() {
        return world.pinterest.requests();
    }

    long calls(Call call) {
        return coverage.count(call);
    }
}
