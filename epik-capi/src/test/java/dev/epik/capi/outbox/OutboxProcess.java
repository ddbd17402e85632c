// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shop in a separate process, on an outbox file or a database. It prints a line for each event after it was reported
 * as stored, and for each {@link CrashPoint}. At a chosen step it waits until it reads {@link #CONTINUE} or is killed.
 */
final class OutboxProcess {
    static final String TOKEN = "a-token";

    /** Continues after a stop. */
    static final char CONTINUE = 'g';

    /** Ends the process regularly, even if events wait. */
    static final char FINISH = 'q';

    private static final int THREADS = 4;
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private static final CountDownLatch GO = new CountDownLatch(1);
    private static volatile boolean finish;

    private OutboxProcess() {}

    /**
     * The task of a process.
     *
     * @param store a file, or a URL of JDBC
     * @param later how far the store's time is beyond the real one
     * @param stopAt a {@link CrashPoint} and which time it comes, such as STORED:3
     * @param events how many to submit on each thread
     */
    record Order(String store, URI api, Duration later, String stopAt, String prefix, int events) {
        ChildJvm start() throws IOException {
            return ChildJvm.start(prepare());
        }

        ProcessBuilder prepare() {
            return ChildJvm.prepare(
                    ChildJvm.QUICK,
                    OutboxProcess.class,
                    store,
                    api.toString(),
                    later.toString(),
                    stopAt,
                    prefix,
                    Integer.toString(events));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Thread listener = new Thread(OutboxProcess::listen);
        listener.setDaemon(true);
        listener.start();
        Order order = new Order(
                arguments[0],
                URI.create(arguments[1]),
                Duration.parse(arguments[2]),
                arguments[3],
                arguments[4],
                Integer.parseInt(arguments[5]));
        Map<CrashPoint, Integer> times = new ConcurrentHashMap<>();
        try (Outbox outbox = open(order, step -> {
                    print("STEP " + step);
                    if (order.stopAt.equals(step + ":" + times.merge(step, 1, Integer::sum))) {
                        print("STOPPED");
                        awaitCommand();
                    }
                });
                EpikClient epik = client(order, outbox)) {
            print("OPEN");
            shop(order, epik);
            print("DONE");
            while (!finish && epik.stats().waiting() > 0) {
                TimeUnit.MILLISECONDS.sleep(5); // in another process: only its end is waited for
            }
            print("DEAD " + epik.stats().dead());
        } catch (EpikException e) {
            print("REFUSED " + e.getMessage());
        }
    }

    private static Outbox open(Order order, CrashPoint.Listener steps) {
        if (!order.store.startsWith("jdbc:")) {
            return SqliteOutbox.builder(Path.of(order.store))
                    .clock(Clock.offset(Clock.systemUTC(), order.later))
                    .crashPoints(steps)
                    .open();
        }
        return JdbcOutbox.builder(ShiftedDatabaseClock.of(Databases.pooled(order.store), () -> order.later))
                .processClock(ShiftedDatabaseClock.ofProcess(() -> order.later))
                .crashPoints(steps)
                .open();
    }

    private static EpikClient client(Order order, Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), outbox)
                .baseUrl(order.api)
                .linger(Duration.ZERO)
                .listener((event, outcome) ->
                        print("SETTLED " + event.id() + " " + outcome.getClass().getSimpleName()))
                .open();
    }

    private static void shop(Order order, EpikClient epik) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int n = next.getAndIncrement(); n < order.events * THREADS; n = next.getAndIncrement()) {
                    String id = order.prefix + "-" + n;
                    SubmitResult answer = epik.submit(
                            ConversionEvent.checkout(id).visit(VISIT).build());
                    print((answer instanceof SubmitResult.Stored ? "STORED " : "NOT STORED ") + id);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Executes commands until the process of the test ends. */
    static void listen() {
        try {
            for (int command = System.in.read(); command >= 0; command = System.in.read()) {
                finish = command == FINISH;
                GO.countDown();
            }
        } catch (IOException ignored) {
            // it has ended
        }
        Runtime.getRuntime().halt(1);
    }

    static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitCommand() {
        try {
            GO.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
