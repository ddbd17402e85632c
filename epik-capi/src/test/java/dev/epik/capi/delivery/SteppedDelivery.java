// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A delivery engine with a manual clock and a real HTTP client, driven by a test: each {@link #step} does everything
 * that is due and waits for the answers.
 */
public final class SteppedDelivery {
    /** While nothing waits, only discovery is due, at least once a minute. */
    private static final long MAX_ANSWER_SECONDS = 60;

    private final Semaphore woken = new Semaphore(0);
    private final AtomicInteger requests = new AtomicInteger();
    private final DeliveryEngine engine;
    private final String adAccount;
    private final Outbox outbox;

    public SteppedDelivery(Outbox outbox, AdAccount account, PinterestApi api, DeliveryOptions options) {
        this(outbox, account, api, options, options.clock());
    }

    /** @param clock the wall clock of the machine, also used as its monotonic clock */
    public SteppedDelivery(
            Outbox outbox, AdAccount account, PinterestApi api, DeliveryOptions options, InstantSource clock) {
        this.outbox = outbox;
        this.adAccount = account.id();
        Time time = new Time() {
            @Override
            public long nanos() {
                return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
            }

            @Override
            public Instant wall() {
                return clock.instant();
            }
        };
        this.engine = new DeliveryEngine(
                outbox,
                (id, token, events) -> {
                    requests.incrementAndGet();
                    return api.send(id, token, events);
                },
                new TokenPool(),
                id -> id.equals(account.id()) ? Optional.of(account) : Optional.empty(),
                options,
                time,
                new SplittableRandom(20261126),
                woken::release);
    }

    /** Does everything that is due, waits for the answers, and returns the time until something is due again. */
    public Duration step() throws InterruptedException {
        engine.wake(adAccount, 1);
        Duration next = Duration.ofNanos(engine.run());
        while (engine.isBusy() || next.isZero()) {
            if (!next.isZero()) {
                assertTrue(woken.tryAcquire(MAX_ANSWER_SECONDS, TimeUnit.SECONDS), "it never answers");
            }
            next = Duration.ofNanos(engine.run());
        }
        return next;
    }

    /** Steps and ticks until nothing waits; returns the number of requests. */
    public int runDry(Consumer<Duration> tick) throws InterruptedException {
        int before = requests.get();
        for (int steps = 0; outbox.backlog(adAccount).waiting() > 0; steps++) {
            assertTrue(steps < 5000, "it never ends");
            tick.accept(step());
        }
        return requests.get() - before;
    }

    /** Steps and ticks for this long. */
    public void runFor(Duration time, Consumer<Duration> tick) throws InterruptedException {
        Duration left = time;
        while (!left.isNegative() && !left.isZero()) {
            Duration next = step();
            Duration nap = next.compareTo(left) < 0 ? next : left;
            tick.accept(nap);
            left = left.minus(nap);
        }
    }

    /** Returns the number of requests so far, including those without an answer. */
    public int requests() {
        return requests.get();
    }

    public String trouble() {
        return engine.trouble(adAccount).orElse("");
    }

    public long accepted() {
        return engine.accepted(adAccount);
    }
}
