// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.pinterest.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process with one engine. It can stop for a while, and it can end. After the end, each call of its engine throws.
 * Not thread-safe.
 */
final class SimulatedProcess {
    /** The minimum time between two runs of an engine that asks to run again at once. */
    private static final long MIN_RUN_NANOS = 100_000;

    private static final long DRAIN_CHECK_NANOS = 50_000_000;

    final String name;
    final Clocks.Machine clock;
    final Budget budget;

    /** The requests that were not answered yet, by ad account. */
    final Map<String, SimRequest> open = new HashMap<>();

    private final World world;
    private final SplittableRandom random;
    private final EngineUnderTest engine;
    private final GroupStore.Member member = new MemberAdapter();
    private boolean dead;
    private boolean closing;
    private boolean running;
    private boolean wakePending;
    private boolean wokenWhileRunning;
    private long runNumber;
    private long frozenUntil;

    SimulatedProcess(World world, String name, Clocks.Machine clock, SplittableRandom random) {
        this.world = world;
        this.name = name;
        this.clock = clock;
        this.random = random;
        this.budget = new Budget(world, name);
        DeliveryOptions options = world.options.apply(new MachineClock(clock)).withListener(this::listen);
        this.engine = world.factory.create(new EnginePorts(
                new ProcessOutbox(this, world, world.group == null ? world.store : world.group.join(member)),
                this::send,
                new TokenAdapter(),
                this::lookUp,
                options,
                clock::nanos,
                clock::wall,
                random.split(),
                this::wakeUp));
    }

    private final class MemberAdapter implements GroupStore.Member {
        @Override
        public String name() {
            return name;
        }

        @Override
        public Clock wallClock() {
            return new MachineClock(clock);
        }

        @Override
        public boolean isFrozen() {
            return SimulatedProcess.this.isFrozen();
        }

        @Override
        public boolean isDead() {
            return dead;
        }

        @Override
        public void deliver(Runnable action) {
            SimulatedProcess.this.deliver(action);
        }

        @Override
        public void wake(String adAccount) {
            SimulatedProcess.this.wake(adAccount);
        }
    }

    private final class TokenAdapter implements EnginePorts.TokenPort {
        @Override
        public CompletableFuture<TokenResult> token(AdAccount account) {
            return call(Call.TOKEN, account.id(), () -> world.tokens.token(SimulatedProcess.this, account));
        }

        @Override
        public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
            return call(Call.RENEW, account.id(), () -> world.tokens.renewed(SimulatedProcess.this, account, refused));
        }
    }

    private CompletableFuture<Reply> send(String account, AccessToken token, List<String> json) {
        SimRequest request = world.pinterest.newRequest(this, account, json);
        boolean sent = false;
        try {
            if (!dead) {
                world.invariants.beforeSend(request);
            }
            CompletableFuture<Reply> answer = call(Call.SEND, account, () -> world.pinterest.send(request, token));
            sent = true;
            return answer;
        } finally {
            if (!sent) {
                request.abandoned = true;
                open.remove(account, request);
            }
        }
    }

    private Optional<AdAccount> lookUp(String id) {
        return call(Call.LOOK_UP, id, () -> world.lookUp(id));
    }

    private void listen(StoredEvent event, Outcome outcome) {
        call(Call.LISTENER, event.id(), () -> {
            world.invariants.onListener(event);
            return outcome;
        });
    }

    void start() {
        if (world.local != null) {
            world.local.open();
        }
        scheduleRun(0);
    }

    boolean isDead() {
        return dead;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isFrozen() {
        return world.scheduler.now() < frozenUntil;
    }

    /** Reports a stored event to the engine. */
    void wake(String adAccount) {
        if (!dead) {
            engine.wake(adAccount, 1);
        }
    }

    /** Resumes delivery of the ad account, as an operator does. */
    void tryNow(String adAccount) {
        if (!dead) {
            engine.tryNow(adAccount);
        }
    }

    EngineUnderTest engine() {
        return engine;
    }

    // --- running

    private void wakeUp() {
        if (dead || wakePending) {
            return;
        }
        if (running) {
            wokenWhileRunning = true;
            return;
        }
        wakePending = true;
        scheduleRun(random.nextLong(1_000_000));
    }

    private void scheduleRun(long delay) {
        long number = ++runNumber;
        world.scheduler.after(delay, () -> runUnlessOutdated(number));
    }

    private void runUnlessOutdated(long number) {
        if (dead || running || number != runNumber) {
            return;
        }
        if (isFrozen()) {
            world.scheduler.at(frozenUntil, () -> runUnlessOutdated(number));
            return;
        }
        run();
    }

    private void run() {
        wakePending = false;
        wokenWhileRunning = false;
        running = true;
        long delay = 0;
        budget.runBegins();
        try {
            delay = engine.run();
        } catch (SimulatedCrash ignored) {
            // the process has ended, or ends now
        } catch (Throwable e) {
            if (!dead) {
                world.invariants.violated(name + ": run() threw " + e);
            }
        } finally {
            running = false;
            Thread.interrupted();
        }
        if (dead) {
            return;
        }
        if (delay < 0) {
            world.invariants.violated(name + ": run() returned " + delay + " ns");
        }
        long planned = delay;
        world.trace.add(name, "run", delay, 0, () -> "next in " + planned / 1_000_000 + " ms");
        budget.runEnded(delay);
        scheduleRun(wokenWhileRunning ? random.nextLong(1_000_000) : Math.max(delay, MIN_RUN_NANOS));
    }

    /** Runs the action on this process: never after its end, and not while it is stopped. */
    void deliver(Runnable action) {
        if (dead) {
            return;
        }
        if (isFrozen()) {
            world.scheduler.at(frozenUntil, () -> deliver(action));
        } else {
            action.run();
        }
    }

    // --- faults of a process

    void die() {
        if (!dead) {
            dead = true;
            world.trace.add(name, "crashes", 0, 0, () -> "");
            if (world.local != null) {
                world.local.crash();
            }
            world.restartLater(this);
        }
    }

    /** Closes the engine as a client does: it drains for at most this time, gives back claimed events, and ends. */
    void shutDown(Duration drainTime) {
        if (dead || closing) {
            return;
        }
        closing = true;
        world.coverage.count("graceful stop");
        world.trace.add(name, "drains", drainTime.toNanos(), 0, drainTime::toString);
        engine.drain();
        closeWhenDrained(world.scheduler.now() + drainTime.toNanos());
    }

    private void closeWhenDrained(long deadline) {
        world.scheduler.after(
                DRAIN_CHECK_NANOS,
                () -> deliver(() -> {
                    if (running || (!engine.isDrained() && world.scheduler.now() < deadline)) {
                        closeWhenDrained(deadline);
                    } else {
                        close();
                    }
                }));
    }

    private void close() {
        running = true;
        try {
            engine.close();
        } catch (SimulatedCrash ignored) {
            return; // it ended while closing
        } catch (Throwable e) {
            world.invariants.violated(name + ": close() threw " + e);
        } finally {
            running = false;
            Thread.interrupted();
        }
        if (!dead) {
            dead = true;
            world.trace.add(name, "closed", 0, 0, () -> "");
            if (world.local != null) {
                world.local.close();
            }
            if (world.group != null) {
                world.group.leave(member);
            }
            world.restartLater(this);
        }
    }

    /** Stops the process between two runs of its engine. */
    void freeze(Duration time, boolean suspended) {
        if (dead || running || isFrozen()) {
            return;
        }
        world.coverage.met(CallFault.FREEZE_BEFORE, Call.BETWEEN_RUNS);
        world.trace.add(name, "freezes", time.toNanos(), 0, () -> time + (suspended ? ", suspended" : ""));
        frozenUntil = world.scheduler.now() + time.toNanos();
        if (suspended) {
            clock.suspended(time.toNanos());
        }
    }

    /** Calls a port, with a possible fault before or after it. */
    <T> T call(Call call, String subject, Supplier<T> effect) {
        stopIfDead();
        world.coverage.called(call);
        budget.called(call);
        CallFault fault = world.faults.draw(call);
        if (fault != null) {
            world.coverage.met(fault, call);
            CallFault drawn = fault;
            world.trace.add(
                    name, "fault", fault.name().hashCode(), call.name().hashCode(), () -> drawn + " at " + call);
        }
        if (fault != null && fault.isBefore()) {
            fail(fault, call);
        }
        if (call.isOfStore() && world.group == null && world.isStoreDown()) {
            world.trace.add(name, call.name(), -1, 0, () -> subject + ": the store is down");
            throw new OutboxException("simulated: the store is down");
        }
        T result = effect.get();
        if (fault != null && !fault.isBefore()) {
            fail(fault, call);
        }
        return result;
    }

    private void stopIfDead() {
        if (dead) {
            throw new SimulatedCrash();
        }
    }

    private void fail(@Nullable CallFault fault, Call call) {
        if (fault == null) {
            return;
        }
        switch (fault) {
            case CRASH_BEFORE, CRASH_AFTER -> die();
            case THROW_BEFORE, THROW_AFTER -> FaultPlan.<RuntimeException>sneakyThrow(world.faults.throwable());
            case SLOW_BEFORE, SLOW_AFTER ->
                world.scheduler.pass(world.faults.slowness().toNanos());
            case FREEZE_BEFORE, FREEZE_AFTER -> freezeInside(call);
            case INTERRUPT -> Thread.currentThread().interrupt();
        }
        stopIfDead();
    }

    private void freezeInside(Call call) {
        long time = world.faults.freeze(call).toNanos();
        long until = world.scheduler.now() + time;
        frozenUntil = Math.max(frozenUntil, until);
        world.scheduler.pass(time);
        if (world.faults.isSuspended()) {
            clock.suspended(time);
        }
    }
}
