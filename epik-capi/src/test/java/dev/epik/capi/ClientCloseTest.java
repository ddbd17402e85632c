// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testkit.FakePinterest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
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

/** A client that closes while its outbox fails, while Pinterest is away and while others submit. */
@Timeout(120)
class ClientCloseTest {
    private static final String ACCOUNT = "549755885175";
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
            thread.join(30_000); // an interrupted worker may be on its way out
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

    /** An outbox whose methods all fail from a given moment on. */
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
    void anOutboxThatFailsWhileClosingStopsNothing() {
        for (Throwable failure : List.of(
                new OutboxException("The database of the outbox cannot be reached"),
                new IllegalStateException("canary"),
                new NoClassDefFoundError("canary"))) {
            AtomicBoolean broken = new AtomicBoolean();
            EpikClient.Builder builder = builder(failingOnce(broken, failure));
            for (int i = 2; i <= 5; i++) {
                builder.addAccount("a" + i, AdAccount.of("" + i, "a-token"));
            }
            try (LogEar log = new LogEar(EpikClient.class.getName())) {
                EpikClient epik = builder.open();
                broken.set(true);
                epik.close();
                assertInstanceOf(SubmitResult.Failed.class, epik.submit(order("1")));
                assertTrue(
                        log.lines().toString().contains("how many events are unsent is not known"),
                        log.lines()::toString);
                assertTrue(!log.lines().toString().contains("canary"), log.lines()::toString);
            }
        }
    }

    @Test
    void anOutboxThatHangsWhileClosingIsNotWaitedForWithoutEnd() {
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
        assertEquals(1, end.getCount(), "it still hangs");
    }

    @Test
    void whatIsLeftIsLoggedForAFewAdAccounts() {
        EpikClient.Builder builder = builder(memory).linger(Duration.ofHours(1)).shutdownTimeout(Duration.ZERO);
        for (int i = 2; i <= 15; i++) {
            builder.addAccount("shop-" + i, AdAccount.of("" + i, "a-token"));
        }
        try (LogEar log = new LogEar(EpikClient.class.getName())) {
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
    void theDrainTimeIsTheSameForAllAdAccountsTogether() throws Exception {
        try (FakePinterest stalled = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            stalled.slow(Duration.ofMinutes(5));
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
    void closingTwiceAndBySeveralThreadsIsTheSameAsOnce() throws Exception {
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
    void anInterruptedThreadClosesTooAndStaysInterrupted() {
        EpikClient epik = builder(memory).open();
        Thread.currentThread().interrupt();
        epik.close();
        assertTrue(Thread.interrupted());
    }

    /** As the owner of the outbox does: it is closed right after the client, and then fails. */
    @RepeatedTest(20)
    void whatSubmitCallsStoredWhileClosingIsStored() throws Exception {
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
                for (int refused = 0; refused < 100; ) {
                    String id = "" + orders.incrementAndGet();
                    SubmitResult answer = epik.submit(order(id));
                    if (answer instanceof SubmitResult.Stored) {
                        stored.add(id);
                        begun.countDown();
                    } else if (answer instanceof SubmitResult.Failed) {
                        refused++;
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
