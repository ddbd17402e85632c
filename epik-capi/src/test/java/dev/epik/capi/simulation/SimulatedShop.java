// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Stores, cancels and redrives events as a shop and its operators do. Not thread-safe. */
final class SimulatedShop {
    private final World world;
    private final SplittableRandom random;
    private final List<String> accounts;

    SimulatedShop(World world, SplittableRandom random, List<String> accounts) {
        this.world = world;
        this.random = random;
        this.accounts = accounts;
    }

    private SimEvent newEvent(Poison poison, long curedAt) {
        int index = world.ledger.nextIndex();
        long now = world.scheduler.now();
        String account = accounts.get(random.nextInt(accounts.size()));
        String name = random.nextInt(4) == 0 ? "lead" : "checkout";
        double age = random.nextInt(6) == 0 ? Math.pow(10, 6 * random.nextDouble()) * 1e9 : 0;
        boolean offline = random.nextInt(5) == 0;
        SimEvent event = new SimEvent(
                index,
                new StoredEvent(
                        account,
                        name,
                        "order-" + index,
                        Ledger.json(index),
                        Clocks.START.plusNanos(now - (long) Math.min(age, 6e14)),
                        offline),
                poison,
                curedAt,
                now);
        world.ledger.add(event);
        return event;
    }

    /** Stores an event, in one of the ways that a shop has. */
    void submit(Poison poison, long curedAt) {
        SimulatedProcess process = anyProcess();
        if (process.isDead() || process.isFrozen() || world.isStoreDown()) {
            return;
        }
        SimEvent event = newEvent(poison, curedAt);
        if (world.store instanceof ModelOutbox model && random.nextInt(4) == 0 && world.faults.isActive()) {
            submitInTransaction(model, event, process);
            return;
        }
        tolerated(() -> {
            var unused = world.store.add(event.stored).whenComplete((added, e) -> {
                if (added == EventStore.Added.STORED) {
                    stored(event, process);
                } else if (added == EventStore.Added.FULL) {
                    world.coverage.count("outbox full");
                }
            });
        });
    }

    private SimulatedProcess anyProcess() {
        return world.processes.get(random.nextInt(world.processes.size()));
    }

    private void stored(SimEvent event, SimulatedProcess process) {
        event.acknowledged = true;
        event.acknowledgedAt = world.scheduler.now();
        world.trace.add(process.name, "stored", event.index, 0, event::toString);
        // in a quiet call it is a check that stores what waits, and no process ends in a check
        if (random.nextInt(100) != 0 || !world.faults.mayHappen() || world.isQuiet()) {
            process.wake(event.stored.adAccount());
        } else {
            process.die();
        }
    }

    private void submitInTransaction(ModelOutbox model, SimEvent event, SimulatedProcess process) {
        ShopTransaction transaction = model.begin();
        EventStore.Added added = model.add(transaction, event.stored);
        boolean commit = random.nextInt(3) != 0;
        long open = (long) (1e9 * Math.pow(10, -2 + 4.5 * random.nextDouble()));
        world.trace.add(
                process.name,
                "inserted",
                event.index,
                open,
                () -> event + ": " + added + ", open for " + Duration.ofNanos(open));
        world.coverage.count("event stored in a transaction, commit " + commit);
        world.scheduler.after(open, () -> {
            model.end(transaction, commit);
            if (commit) {
                stored(event, process);
            }
        });
    }

    /** Submits one of the latest events again. */
    void lockKnownEvent() {
        SimEvent event = anyEvent();
        if (event != null) {
            lock(event);
        }
    }

    /** Submits an event again that is in the store, in a transaction that stays open: its row is locked meanwhile. */
    void lock(SimEvent event) {
        if (!(world.store instanceof ModelOutbox model)
                || model.place(event.stored.key()) != ModelOutbox.Place.WAITING) {
            return;
        }
        ShopTransaction transaction = model.begin();
        try {
            model.add(transaction, event.stored);
            event.wasLocked = true;
            world.coverage.count("row locked by the shop" + (event.lease.isEmpty() ? "" : " while leased"));
        } catch (OutboxException ignored) {
            world.coverage.count("lock wait on a unique key");
        }
        long open = (long) (1e9 * Math.pow(10, -1 + 3.5 * random.nextDouble()));
        world.trace.add("shop", "locks", event.index, open, () -> event + " for " + Duration.ofNanos(open));
        world.scheduler.after(open, () -> model.end(transaction, true));
    }

    void cancel() {
        SimEvent event = anyEvent();
        if (event == null || world.isStoreDown() || world.ledger.ofKey(event.stored.key()) != event) {
            return;
        }
        tolerated(() -> {
            CancelResult answer = world.quietly(() -> world.store.cancel(event.stored.key()));
            world.trace.add("shop", "cancel", event.index, answer.name().hashCode(), () -> event + ": " + answer);
            world.coverage.count("cancel " + answer);
            world.invariants.onCancel(event, answer);
        });
    }

    /** Makes all dead letters of one ad account wait again. */
    void redrive() {
        String account = accounts.get(random.nextInt(accounts.size()));
        if (world.isStoreDown()) {
            return;
        }
        List<DeadLetter> letters = world.quietly(() -> world.store.deadLetters(account, Integer.MAX_VALUE));
        int events = world.quietly(() ->
                        world.store.redrive(account, new DeadLetter.Which.All(), DeadLetter.Scope.INCLUDE_EXPIRED))
                .events();
        world.trace.add("shop", "redrive", events, 0, () -> account + ": " + events);
        if (events > 0) {
            world.coverage.count("redrive");
        }
        letters.forEach(letter -> world.ledger.ofJson(letter.event().json()).redriven());
    }

    /** Ends the pause, as an operator does. */
    void resume() {
        String account = accounts.get(random.nextInt(accounts.size()));
        if (!world.isStoreDown()) {
            world.trace.add("shop", "resume", 0, 0, () -> account);
            world.quietly(() -> {
                world.store.resume(account);
                return account;
            });
            SimulatedProcess process = anyProcess();
            process.tryNow(account);
        }
    }

    private @Nullable SimEvent anyEvent() {
        List<SimEvent> all = world.ledger.all();
        if (all.isEmpty()) {
            return null;
        }
        // only the latest events may still be in the store
        int back = Math.min(all.size(), 1 + random.nextInt(12));
        return all.get(all.size() - back);
    }

    /** Runs a call that may fail. A failure means that nothing was changed. */
    private static void tolerated(Runnable attempt) {
        try {
            attempt.run();
        } catch (RuntimeException ignored) {
            // nothing was changed
        }
    }
}
