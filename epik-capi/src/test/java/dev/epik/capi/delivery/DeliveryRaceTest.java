// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.pinterest.Reply;
import dev.epik.testing.TestIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Races of the delivery thread with the threads that store, drain and replace it, in many seeded rounds. The engine's
 * clock stands still, so it never runs by itself, and a lost wake-up is never compensated.
 */
@Timeout(120)
class DeliveryRaceTest {
    private static final AdAccount ACCOUNT = AdAccount.of(TestIds.ACCOUNT, "a-token");
    private static final int ROUNDS = 3000;
    private static final int PRODUCERS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-01T10:00:00Z"), ZoneOffset.UTC);
    private final MemoryOutbox outbox = MemoryOutbox.ofCapacity(100_000, clock);
    private final ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);
    private final AtomicInteger ids = new AtomicInteger();

    @AfterEach
    void stopProducers() {
        producers.shutdownNow();
    }

    private DeliveryEngine engine(DeliveryThread thread) {
        Time still = new Time() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public Instant wall() {
                return clock.instant();
            }
        };
        DeliveryEngine engine = new DeliveryEngine(
                outbox,
                (id, token, events) -> CompletableFuture.supplyAsync(
                        () -> new Reply.Settled(Collections.nCopies(events.size(), new Outcome.Accepted("")))),
                new AccountTokens(),
                id -> Optional.of(ACCOUNT),
                DeliveryOptions.of(Mode.LIVE, clock).withLinger(Duration.ZERO),
                still,
                new SplittableRandom(1),
                thread::wakeUp);
        engine.run(); // runs discovery once
        return engine;
    }

    private void store(DeliveryEngine engine, SplittableRandom random) {
        String id = "" + ids.getAndIncrement();
        spin(random);
        outbox.add(new StoredEvent(ACCOUNT.id(), "checkout", id, "{}", clock.instant(), false))
                .join();
        engine.wake(ACCOUNT.id(), 1);
    }

    private static void spin(SplittableRandom random) {
        for (int i = random.nextInt(2000); i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    private void inParallel(Callable<Void> work) throws Exception {
        List<Callable<Void>> all = Collections.nCopies(PRODUCERS, work);
        List<Future<Void>> done = new ArrayList<>(producers.invokeAll(all));
        for (Future<Void> each : done) {
            each.get();
        }
    }

    @Test
    void concurrentWakeUpsAreNotLost() throws Exception {
        DeliveryThread thread = new DeliveryThread();
        DeliveryEngine engine = engine(thread);
        thread.start(engine);
        for (int round = 0; round < ROUNDS; round++) {
            int seed = round;
            AtomicInteger producer = new AtomicInteger();
            inParallel(() -> {
                store(engine, new SplittableRandom(31L * seed + producer.getAndIncrement()));
                return null;
            });
            long end = System.nanoTime() + LIMIT.toNanos();
            while (engine.accepted(ACCOUNT.id()) < ids.get()) {
                assertTrue(end - System.nanoTime() > 0, () -> "seed " + seed + ": a wake-up was lost");
                Thread.onSpinWait();
            }
        }
        thread.close(Duration.ZERO);
    }

    @Test
    void awaitDrainedSendsAllEventsStoredBefore() throws Exception {
        DeliveryThread thread = new DeliveryThread();
        DeliveryEngine engine = engine(thread);
        thread.start(engine);
        for (int round = 0; round < ROUNDS; round++) {
            int seed = round;
            AtomicInteger producer = new AtomicInteger();
            inParallel(() -> {
                store(engine, new SplittableRandom(31L * seed + producer.getAndIncrement()));
                return null;
            });
            AtomicInteger drained = new AtomicInteger();
            inParallel(() -> {
                spin(new SplittableRandom(17L * seed + drained.getAndIncrement()));
                assertTrue(thread.awaitDrained(LIMIT));
                assertEquals(ids.get(), engine.accepted(ACCOUNT.id()), () -> "seed " + seed);
                return null;
            });
        }
        thread.close(Duration.ZERO);
    }

    @Test
    void replacedThreadsNeverRunTheEngineAtTheSameTime() throws Exception {
        SplittableRandom random = new SplittableRandom(13);
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean twice = new AtomicBoolean();
        AtomicInteger made = new AtomicInteger();
        DeliveryThread thread = new DeliveryThread(work -> {
            boolean ends = made.getAndIncrement() < 500 || random.nextBoolean();
            return new Thread(() -> {
                if (running.incrementAndGet() > 1) {
                    twice.set(true);
                }
                if (!ends) {
                    work.run();
                }
                running.decrementAndGet();
            });
        });
        DeliveryEngine engine = engine(thread);
        thread.start(engine);
        AtomicInteger producer = new AtomicInteger();
        inParallel(() -> {
            SplittableRandom own = new SplittableRandom(producer.getAndIncrement());
            for (int i = 0; i < ROUNDS; i++) {
                thread.ensureAlive();
                store(engine, own);
            }
            return null;
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT.toSeconds());
        while (engine.accepted(ACCOUNT.id()) < ids.get()) {
            assertTrue(end - System.nanoTime() > 0, "not all were sent");
            thread.ensureAlive();
        }
        thread.close(Duration.ZERO);
        assertEquals(0, running.get());
        assertTrue(!twice.get() && thread.replaced() >= 500, () -> thread.replaced() + " replaced");
    }
}
