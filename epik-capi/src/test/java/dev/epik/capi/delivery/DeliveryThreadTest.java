// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.pinterest.Reply;
import dev.epik.testing.LogCapture;
import dev.epik.testing.TestIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryThreadTest {
    private static final AdAccount ACCOUNT = AdAccount.of(TestIds.ACCOUNT, "a-token");

    private final AtomicInteger threads = new AtomicInteger();
    private volatile Thread current = new Thread(() -> {});

    private static StoredEvent event(String id) {
        return new StoredEvent(ACCOUNT.id(), "checkout", id, "{}", Instant.now(), false);
    }

    private static DeliveryEngine engine(Outbox outbox, Time time, Runnable wakeUp) {
        return new DeliveryEngine(
                outbox,
                (id, token, events) -> CompletableFuture.completedFuture(
                        new Reply.Settled(Collections.nCopies(events.size(), new Outcome.Accepted("")))),
                new AccountTokens(),
                id -> Optional.of(ACCOUNT),
                DeliveryOptions.of(Mode.LIVE, Clock.systemUTC()).withLinger(Duration.ZERO),
                time,
                new SplittableRandom(1),
                wakeUp);
    }

    private static DeliveryEngine engine(Outbox outbox, DeliveryThread thread) {
        return engine(outbox, Time.system(Clock.systemUTC()), thread::wakeUp);
    }

    private DeliveryThread threadsThatEnd(int howMany) {
        return new DeliveryThread(work -> {
            boolean ends = threads.getAndIncrement() < howMany;
            Thread thread = new Thread(ends ? () -> {} : work, "epik-delivery-of-test");
            current = thread;
            return thread;
        });
    }

    @Test
    void replacesAThreadThatHasEnded() throws Exception {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(10);
        DeliveryThread thread = threadsThatEnd(1);
        DeliveryEngine engine = engine(outbox, thread);
        outbox.add(event("1")).join();
        thread.start(engine);
        current.join();
        try (LogCapture log = LogCapture.of(DeliveryEngine.class)) {
            new Watchdog(outbox, engine, thread, () -> {}, Time.system(Clock.systemUTC())).check();
            assertTrue(log.lines().get(0).startsWith("SEVERE The delivery thread has ended"), log.lines()::toString);
        }
        assertTrue(thread.awaitDrained(Duration.ofSeconds(30)));
        assertEquals(1, engine.accepted(ACCOUNT.id()));
        assertEquals(1, thread.replaced());
        thread.close(Duration.ZERO);
    }

    @Test
    void ignoresAStrayInterrupt() throws Exception {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(10);
        DeliveryThread thread = threadsThatEnd(0);
        DeliveryEngine engine = engine(outbox, thread);
        thread.start(engine);
        for (int i = 0; i < 5; i++) {
            current.interrupt();
            outbox.add(event("" + i)).join();
            engine.wake(ACCOUNT.id(), 1);
            assertTrue(thread.awaitDrained(Duration.ofSeconds(30)));
        }
        assertEquals(5, engine.accepted(ACCOUNT.id()));
        assertEquals(0, thread.replaced());
        thread.close(Duration.ZERO);
        assertFalse(current.isAlive());
    }

    @Test
    void continuesAfterAnErrorOfTheStore() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Outbox failing = new ForwardingOutbox(MemoryOutbox.ofCapacity(10)) {
            @Override
            public Peek peek(String adAccount, int max) {
                if (failures.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("on purpose");
                }
                return super.peek(adAccount, max);
            }
        };
        DeliveryThread thread = threadsThatEnd(0);
        DeliveryEngine engine = engine(failing, thread);
        failing.add(event("1")).join();
        thread.start(engine);
        assertTrue(thread.awaitDrained(Duration.ofSeconds(30)));
        assertEquals(1, engine.accepted(ACCOUNT.id()));
        thread.close(Duration.ZERO);
    }

    @Test
    void closeReturnsIfTheStoreHangs() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Outbox hangs = new ForwardingOutbox(MemoryOutbox.ofCapacity(10)) {
            @Override
            public List<DueAccount> dueAccounts() {
                hanging.countDown();
                while (release.getCount() > 0) {
                    try {
                        release.await(); // like a driver that ignores interrupts
                    } catch (InterruptedException ignored) {
                        // ignored on purpose
                    }
                }
                return super.dueAccounts();
            }
        };
        DeliveryThread thread = threadsThatEnd(0);
        thread.start(engine(hangs, thread));
        hanging.await();
        thread.close(Duration.ofMillis(100));
        assertTrue(current.isAlive());
        release.countDown();
        current.join();
    }

    @Test
    void watchdogReportsUntriedEventsIfTheEngineIsDead() {
        AtomicLong now = new AtomicLong();
        Clock wall = Clock.offset(Clock.systemUTC(), Duration.ZERO);
        Time time = new Time() {
            @Override
            public long nanos() {
                return now.get();
            }

            @Override
            public Instant wall() {
                return wall.instant();
            }
        };
        Outbox old = new ForwardingOutbox(MemoryOutbox.ofCapacity(10)) {
            @Override
            public List<DueAccount> dueAccounts() {
                Instant start = Instant.EPOCH;
                return List.of(new DueAccount(
                        ACCOUNT.id(),
                        Optional.of(start),
                        Optional.empty(),
                        start.plus(Duration.ofNanos(now.get())),
                        Optional.empty()));
            }
        };
        DeliveryThread thread = threadsThatEnd(0); // never started
        Watchdog watchdog = new Watchdog(old, engine(old, time, () -> {}), thread, () -> {}, time);
        try (LogCapture log = LogCapture.of(Watchdog.class)) {
            for (int minute = 0; minute <= 20; minute++) {
                watchdog.check();
                now.addAndGet(Duration.ofMinutes(1).toNanos());
            }
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.startsWith("SEVERE The delivery thread has been busy"))
                            .count(),
                    log.lines()::toString);
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("have been due for") && line.startsWith("SEVERE"))
                            .count(),
                    log.lines()::toString);
        }
        assertTrue(watchdog.overdue(ACCOUNT.id()).orElseThrow().compareTo(OverdueMonitor.LIMIT) > 0);
    }
}
