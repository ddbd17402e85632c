// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Submits and cancels at random, while the main outbox fails at random and spooled events are moved. */
@Timeout(300)
class SpoolRaceTest {
    private static final int THREADS = 4;
    private static final int KEYS_OF_A_THREAD = 6;

    @TempDir
    private Path directory;

    private enum Expected {
        THERE,
        GONE,
        EITHER
    }

    /** Stores, fails and answers late at random, on separate threads. */
    private static final class RandomOutbox extends ForwardingOutbox {
        private final SplittableRandom random;
        private final ScheduledExecutorService threads;
        private volatile boolean healed;

        RandomOutbox(Outbox real, SplittableRandom random, ScheduledExecutorService threads) {
            super(real);
            this.random = random;
            this.threads = threads;
        }

        private synchronized int next(int bound) {
            return healed ? bound - 1 : random.nextInt(bound);
        }

        @Override
        public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
            int what = next(10);
            CompletableFuture<List<Added>> answer = new CompletableFuture<>();
            var unused = threads.schedule(
                    () -> {
                        if (what == 0) {
                            return answer.completeExceptionally(new OutboxException("nothing was stored"));
                        }
                        List<Added> added = super.addAll(events).join();
                        return what == 1
                                ? answer.completeExceptionally(new OutboxException("may be stored"))
                                : answer.complete(added);
                    },
                    what == 2 || what == 3 ? 3_000 + next(3_000) : next(300),
                    TimeUnit.MICROSECONDS);
            return answer;
        }

        @Override
        public CancelResult cancel(StoredEvent.Key key) {
            if (next(10) == 0) {
                throw new OutboxException("down");
            }
            return super.cancel(key);
        }
    }

    @Test
    void lastOperationDecidesIfTheEventIsStored() throws Exception {
        race(7351, 12);
    }

    @Test
    @Tag("full")
    void lastOperationDecidesIfTheEventIsStoredManyTimes() throws Exception {
        race(1, 300);
    }

    private void race(int firstSeed, int rounds) throws Exception {
        Map<Expected, Integer> seen = new HashMap<>();
        ExecutorService shops = Executors.newFixedThreadPool(THREADS);
        try {
            for (int seed = firstSeed; seed < firstSeed + rounds; seed++) {
                race(seed, shops, seen);
            }
        } finally {
            shops.shutdownNow();
        }
        System.out.println("EPIK: spool races, " + rounds + " rounds: " + seen);
        assertTrue(seen.getOrDefault(Expected.THERE, 0) > rounds && seen.getOrDefault(Expected.GONE, 0) > rounds);
    }

    private void race(int seed, ExecutorService shops, Map<Expected, Integer> seen) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ScheduledExecutorService answers = Executors.newScheduledThreadPool(2);
        MemoryOutbox real = MemoryOutbox.ofCapacity(10_000);
        RandomOutbox main = new RandomOutbox(real, random.split(), answers);
        Map<String, Expected> expected = new HashMap<>();
        try (SpooledOutbox outbox = SpooledOutbox.builder(() -> main, directory.resolve(seed + ".db"))
                .mainWait(Duration.ofMillis(2))
                .backoff(Duration.ofMillis(1), Duration.ofMillis(4))
                .open()) {
            List<Future<Map<String, Expected>>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(shops.submit(shop(outbox, "t" + i + "-", random.split())));
            }
            for (Future<Map<String, Expected>> each : running) {
                expected.putAll(each.get());
            }
            main.healed = true;
            Await.until(() -> outbox.isIdle());
        } finally {
            answers.shutdown();
            assertTrue(answers.awaitTermination(20, TimeUnit.SECONDS));
        }
        List<String> there = real.claim(ACCOUNT, ClaimKind.ONLINE, 10_000, 1 << 30, Duration.ofMinutes(3))
                .map(batch -> batch.events().stream().map(StoredEvent::id).toList())
                .orElse(List.of());
        assertEquals(there.size(), new TreeSet<>(there).size());
        expected.forEach((id, state) -> {
            seen.merge(state, 1, Integer::sum);
            if (state != Expected.EITHER) {
                assertEquals(state == Expected.THERE, there.contains(id), "seed " + seed + ", " + id);
            }
        });
    }

    /** Uses separate keys, so that it knows the last operation. Duplicates and cancels follow each other closely. */
    private static Callable<Map<String, Expected>> shop(Outbox outbox, String prefix, SplittableRandom random) {
        return () -> {
            Map<String, Expected> expected = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                String id = prefix + random.nextInt(KEYS_OF_A_THREAD);
                expected.put(id, random.nextInt(3) == 0 ? cancel(outbox, id) : add(outbox, id));
            }
            return expected;
        };
    }

    private static Expected add(Outbox outbox, String id) {
        try {
            outbox.add(SpoolTestBase.event(id)).join();
            return Expected.THERE;
        } catch (CompletionException e) {
            return Expected.EITHER;
        }
    }

    private static Expected cancel(Outbox outbox, String id) {
        try {
            outbox.cancel(SpoolTestBase.event(id).key());
            return Expected.GONE;
        } catch (OutboxException e) {
            return Expected.EITHER;
        }
    }
}
