// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that closes while its outbox fails, while Pinterest is away and while others submit. */
@Timeout(120)
class ClientCloseTest {
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private final MemoryOutbox memory = MemoryOutbox.ofCapacity(1_000_000);
    private final CountDownLatch end = new CountDownLatch(1);
    private Set<Thread> before = new HashSet<>();

    @BeforeEach
    void noteThreads() {
        before = Thread.getAllStackTraces().keySet();
    }

    @AfterEach
    void noThreadOfOursIsLeft() throws Exception {
        end.countDown();
        for (Thread thread : ourNewThreads()) {
            thread.join(30_000); // an interrupted worker may still be ending
            assertTrue(!thread.isAlive(), thread.toString());
        }
    }

    private List<Thread> ourNewThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("epik-"))
                .toList();
    }

    private static EpikClient.Builder builder(Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .linger(Duration.ZERO)
                .shutdownTimeout(Duration.ofMillis(50));
    }

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number).visit(VISIT).build();
    }

    /** Returns an outbox whose methods all fail from a given moment on. */
    private Outbox failingOnce(AtomicBoolean broken, Throwable failure) {
        return (Outbox) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Outbox.class}, (proxy, method, arguments) -> {
                    if (broken.get()) {
                        throw failure;
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void closesDespiteAFailingOutbox() {
        for (Throwable failure : List.of(
                new OutboxException("The database of the outbox cannot be reached"),
                new IllegalStateException("canary"),
                new NoClassDefFoundError("canary"))) {
            AtomicBoolean broken = new AtomicBoolean();
            EpikClient.Builder builder = builder(failingOnce(broken, failure));
            for (int i = 2; i <= 5; i++) {
                builder.addAccount("a" + i, AdAccount.of("" + i, "a-token"));
            }
            try (LogCapture log = LogCapture.of(EpikClient.class)) {
                EpikClient epik = builder.open();
                broken.set(true);
                epik.close();
                assertInstanceOf(SubmitResult.Failed.class, epik.submit(order("1")));
                assertTrue(
                        log.lines().toString().contains("The number of unsent events is unknown"),
                        log.lines()::toString);
                assertTrue(!log.lines().toString().contains("canary"), log.lines()::toString);
            }
        }
    }

    @Test
    void countingUnsentEventsInAHangingOutboxIsGivenUp() {
        AtomicBoolean hanging = new AtomicBoolean();
        EpikClient epik = builder(new ForwardingOutbox(memory) {
                    @Override
                    public List<DueAccount> dueAccounts() {
                        if (hanging.get()) {
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                throw new OutboxException("Interrupted", e);
                            }
                        }
                        return super.dueAccounts();
                    }
                })
                .open();
        hanging.set(true);
        epik.close();
        assertEquals(1, end.getCount(), "the outbox still hangs");
    }

    @Test
    void logsUnsentEventsOfTenAdAccounts() {
        EpikClient.Builder builder = builder(memory).linger(Duration.ofHours(1)).shutdownTimeout(Duration.ZERO);
        for (int i = 2; i <= 15; i++) {
            builder.addAccount("shop-" + i, AdAccount.of("" + i, "a-token"));
        }
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            EpikClient epik = builder.open();
            epik.submit(order("1"));
            for (int i = 2; i <= 15; i++) {
                epik.account("shop-" + i).submit(order("1"));
            }
            epik.close();
            List<String> lines = log.lines().stream()
                    .filter(line -> line.contains("Closed with"))
                    .toList();
            assertEquals(11, lines.size(), lines::toString);
            assertTrue(
                    lines.stream().anyMatch(line -> line.contains("1 events unsent for ad account")), lines::toString);
            assertTrue(lines.get(10).contains("5 more ad accounts"), lines::toString);
        }
    }

    @Test
    void theShutdownTimeoutHoldsForAllAdAccountsTogether() throws Exception {
        try (FakePinterest stalled = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            stalled.delayResponses(Duration.ofMinutes(5));
            EpikClient.Builder builder = builder(memory).baseUrl(stalled.uri()).shutdownTimeout(Duration.ofSeconds(1));
            for (int i = 2; i <= 40; i++) {
                builder.addAccount("shop-" + i, AdAccount.of("" + i, "a-token"));
            }
            EpikClient epik = builder.open();
            epik.submit(order("1"));
            for (int i = 2; i <= 40; i++) {
                epik.account("shop-" + i).submit(order("1"));
            }
            long begun = System.nanoTime();
            epik.close();
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            assertTrue(seconds < 20, () -> "40 ad accounts took " + seconds + " s");
        }
    }

    @Test
    void closingTwiceAndBySeveralThreadsIsLikeClosingOnce() throws Exception {
        EpikClient epik = builder(memory).open();
        List<Thread> threads = new ArrayList<>();
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(epik::close);
            thread.setUncaughtExceptionHandler((dying, e) -> thrown.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        epik.close();
        assertEquals(List.of(), List.copyOf(thrown));
    }

    @Test
    void anInterruptedThreadClosesAndStaysInterrupted() {
        EpikClient epik = builder(memory).open();
        Thread.currentThread().interrupt();
        epik.close();
        assertTrue(Thread.interrupted());
    }

    /** The outbox fails from the moment the client is closed, as an outbox does that the client has closed. */
    @RepeatedTest(20)
    void eventsReportedAsStoredWhileClosingAreStored() throws Exception {
        AtomicBoolean outboxClosed = new AtomicBoolean();
        Set<String> inOutbox = ConcurrentHashMap.newKeySet();
        EpikClient epik = builder(new ForwardingOutbox(memory) {
                    @Override
                    public CompletableFuture<Added> add(StoredEvent event) {
                        if (outboxClosed.get()) {
                            throw new OutboxException("The outbox is closed");
                        }
                        return super.add(event).thenApply(added -> {
                            inOutbox.add(event.id());
                            return added;
                        });
                    }
                })
                .shutdownTimeout(Duration.ZERO)
                .open();
        Set<String> stored = ConcurrentHashMap.newKeySet();
        Queue<Object> unexpected = new ConcurrentLinkedQueue<>();
        AtomicInteger orders = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(4);
        List<Thread> shoppers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread shopper = new Thread(() -> {
                for (int failed = 0; failed < 100; ) {
                    String id = "" + orders.incrementAndGet();
                    SubmitResult answer = epik.submit(order(id));
                    if (answer instanceof SubmitResult.Stored) {
                        stored.add(id);
                        begun.countDown();
                    } else if (answer instanceof SubmitResult.Failed) {
                        failed++;
                    } else {
                        unexpected.add(answer);
                    }
                }
            });
            shopper.setUncaughtExceptionHandler((dying, e) -> unexpected.add(e));
            shoppers.add(shopper);
            shopper.start();
        }
        begun.await();
        epik.close();
        outboxClosed.set(true);
        for (Thread shopper : shoppers) {
            shopper.join();
        }
        assertEquals(List.of(), List.copyOf(unexpected));
        stored.removeAll(inOutbox);
        assertEquals(Set.of(), stored);
    }

    /** Counts how often it is closed. */
    private Outbox countingCloses(AtomicInteger closes) {
        return new ForwardingOutbox(memory) {
            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
    }

    @Test
    void closesItsOutboxOnce() {
        AtomicInteger closes = new AtomicInteger();
        EpikClient epik = builder(countingCloses(closes)).open();
        assertEquals(0, closes.get());
        epik.close();
        epik.close();
        assertEquals(1, closes.get());
    }

    @Test
    void closesItsOutboxIfItCannotBeOpened() {
        AtomicInteger closes = new AtomicInteger();
        EpikClient.Builder builder = builder(countingCloses(closes)).baseUrl(URI.create("http://example.com"));
        assertThrows(EpikException.class, builder::open);
        assertEquals(1, closes.get());
    }

    @Test
    void keepsTheOutboxOpenIfAsked() {
        AtomicInteger closes = new AtomicInteger();
        EpikClient.Builder builder = builder(countingCloses(closes)).keepOutboxOpen();
        builder.open().close();
        assertThrows(
                EpikException.class,
                () -> builder.baseUrl(URI.create("http://example.com")).open());
        assertEquals(0, closes.get());
    }

    @Test
    void logsOnlyTheTypeIfTheOutboxCannotBeClosed() {
        EpikClient epik = builder(new ForwardingOutbox(memory) {
                    @Override
                    public void close() {
                        throw new IllegalStateException("canary");
                    }
                })
                .open();
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            epik.close();
            assertEquals(
                    List.of("WARNING The outbox was not closed properly: java.lang.IllegalStateException"),
                    log.lines().stream()
                            .filter(line -> !line.startsWith("INFO"))
                            .toList());
        }
    }

    @Test
    void aFileThatTheClientHasClosedCanBeClosedAgainAndOpened(@TempDir Path temp) {
        Path file = temp.resolve("epik.db");
        SqliteOutbox outbox = SqliteOutbox.open(file);
        builder(outbox).open().close();
        SqliteOutbox next = SqliteOutbox.open(file);
        outbox.close();
        assertThrows(
                EpikException.class, () -> SqliteOutbox.open(file), "the second close released the lock of another");
        next.close();
        SqliteOutbox.open(file).close();
    }

    @Test
    void aClientThatCannotBeOpenedLeavesNothingRunning() {
        assertThrows(
                EpikException.class,
                () -> builder(memory).baseUrl(URI.create("http://example.com")).open());
        assertThrows(
                IllegalStateException.class,
                () -> builder(memory)
                        .httpClient(() -> {
                            throw new IllegalStateException("no certificates");
                        })
                        .open());
        assertEquals(List.of(), ourNewThreads());
    }
}
