// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spool.MainOutbox;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shop with a spool in a process of its own. Its database fails at random. It prints what it stored and cancelled,
 * and stops at a step of the spool or of the database, to be killed there.
 */
final class SpoolProcess {
    private static final int THREADS = 4;

    private SpoolProcess() {}

    /**
     * The task of a process.
     *
     * @param stopAt "SPOOL" or "MAIN", a {@link CrashPoint}, and which time it comes, such as SPOOL STORED:3
     * @param events how many to submit on each thread; with 0 the database does not fail
     */
    record Order(String url, Path file, String stopAt, String prefix, int events) {
        ChildJvm start() throws IOException {
            return ChildJvm.start(ChildJvm.prepare(
                    ChildJvm.QUICK,
                    SpoolProcess.class,
                    url,
                    file.toString(),
                    stopAt,
                    prefix,
                    Integer.toString(events)));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Thread parent = new Thread(OutboxProcess::listen);
        parent.setDaemon(true);
        parent.start();
        Order order = new Order(
                arguments[0], Path.of(arguments[1]), arguments[2], arguments[3], Integer.parseInt(arguments[4]));
        Map<String, Integer> times = new ConcurrentHashMap<>();
        SplittableRandom random = new SplittableRandom(order.prefix.hashCode());
        try (SpooledOutbox outbox = SpooledOutbox.builder(
                        () -> new FailingOutbox(
                                JdbcOutbox.builder(Databases.of(order.url))
                                        .crashPoints(step -> reached("MAIN " + step, order, times))
                                        .open(),
                                random.split(),
                                order.events == 0),
                        order.file)
                .mainWait(Duration.ofMillis(200))
                .backoff(Duration.ofMillis(2), Duration.ofMillis(20))
                .crashPoints(step -> reached("SPOOL " + step, order, times))
                .open()) {
            OutboxProcess.print("OPEN");
            shop(order, outbox);
            while (!outbox.isIdle()) {
                TimeUnit.MILLISECONDS.sleep(5); // in another process: only its end is waited for
            }
            OutboxProcess.print("IDLE");
        }
    }

    /** Fails at random, before or after storing. */
    private static final class FailingOutbox extends ForwardingOutbox {
        private final SplittableRandom random;
        private final boolean healthy;

        FailingOutbox(Outbox real, SplittableRandom random, boolean healthy) {
            super(real);
            this.random = random;
            this.healthy = healthy;
        }

        private synchronized int next() {
            return healthy ? 2 : random.nextInt(6);
        }

        @Override
        public CompletableFuture<Added> add(StoredEvent event) {
            return addAll(List.of(event)).thenApply(added -> added.get(0));
        }

        @Override
        public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
            int what = next();
            if (what == 0) {
                return CompletableFuture.failedFuture(new OutboxException("nothing was stored"));
            }
            CompletableFuture<List<Added>> answer = super.addAll(events);
            return what != 1
                    ? answer
                    : answer.thenApply(added -> {
                        throw new OutboxException("may be stored");
                    });
        }
    }

    private static void shop(Order order, Outbox outbox) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int n = next.getAndIncrement(); n < order.events * THREADS; n = next.getAndIncrement()) {
                    submit(outbox, order.prefix + "-" + n, n % 5 == 0);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void submit(Outbox outbox, String id, boolean cancelled) {
        StoredEvent event = SpoolTestBase.event(id);
        try {
            outbox.add(event).join();
            OutboxProcess.print("STORED " + id);
        } catch (CompletionException e) {
            OutboxProcess.print("NOT STORED " + id + " " + MainOutbox.describe(e));
        }
        if (cancelled) {
            OutboxProcess.print("CANCELLING " + id);
            try {
                OutboxProcess.print(outbox.cancel(event.key()) + " " + id);
            } catch (OutboxException e) {
                OutboxProcess.print("NOT CANCELLED " + id);
            }
        }
    }

    private static void reached(String step, Order order, Map<String, Integer> times) {
        if (order.stopAt.equals(step + ":" + times.merge(step, 1, Integer::sum))) {
            OutboxProcess.print("STOPPED");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
