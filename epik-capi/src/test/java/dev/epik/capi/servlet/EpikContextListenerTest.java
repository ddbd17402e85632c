// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.opening.AttemptGate;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.Await;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs also against the jar with the classifier {@code javax}. {@link RedeployContract} tests real containers. */
@Timeout(120)
class EpikContextListenerTest {
    private static final URI UNREACHABLE = URI.create("http://127.0.0.1:1");

    private final Map<Object, Object> attributes = new HashMap<>();
    private final ServletContext shop = context(attributes);
    private final List<String> closed = new ArrayList<>();
    private final LogCapture log = LogCapture.of(EpikContextListener.class);
    private final AttemptGate gate = new AttemptGate();

    @TempDir
    Path temp;

    @AfterEach
    void stopListening() {
        log.close();
        assertTrue(
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("epik-open")),
                "the thread that opens has not ended");
    }

    /** Returns a context that has attributes and nothing else. */
    private static ServletContext context(Map<Object, Object> attributes) {
        return (ServletContext) Proxy.newProxyInstance(
                EpikContextListenerTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getAttribute" -> attributes.get(arguments[0]);
                    case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
                    case "removeAttribute" -> attributes.remove(arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Outbox outbox() {
        return new ForwardingOutbox(MemoryOutbox.ofCapacity(10)) {
            @Override
            public void close() {
                closed.add("outbox");
            }
        };
    }

    private EpikClient open(URI api, Outbox outbox) {
        return open(api, outbox, Duration.ofSeconds(20));
    }

    private EpikClient open(URI api, Outbox outbox, Duration shutdownTimeout) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(api)
                .linger(Duration.ofHours(1))
                .shutdownTimeout(shutdownTimeout)
                .open();
    }

    @Test
    @SuppressWarnings("unchecked")
    void revokedClickIdsReachTheClientUntilTheApplicationStops() {
        Outbox store = MemoryOutbox.ofCapacity(10);
        EpikContextListener listener = listener(() -> open(UNREACHABLE, store, Duration.ZERO));
        listener.contextInitialized(new ServletContextEvent(shop));
        EpikClient client = EpikContextListener.client(shop);
        client.submit(ConversionEvent.checkout("1")
                .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                        .withClickId("revoked")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build());
        assertEquals(1, client.stats().waiting());
        Consumer<String> revoked = (Consumer<String>) attributes.getOrDefault("dev.epik.revoked", "missing");
        revoked.accept("revoked");
        Await.until(() -> client.stats().waiting() == 0);
        listener.contextDestroyed(new ServletContextEvent(shop));
        assertFalse(attributes.containsKey("dev.epik.revoked"));
    }

    private EpikContextListener listener(Callable<EpikClient> opening) {
        return new EpikContextListener(gate) {
            @Override
            protected EpikClient open(ServletContext context) throws Exception {
                closeOnShutdown(() -> closed.add("first"));
                closeOnShutdown(() -> closed.add("second"));
                return opening.call();
            }
        };
    }

    private void start(EpikContextListener listener) {
        listener.contextInitialized(new ServletContextEvent(shop));
    }

    private void stop(EpikContextListener listener) {
        listener.contextDestroyed(new ServletContextEvent(shop));
    }

    private static ConversionEvent order() {
        return ConversionEvent.checkout("1001")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private SubmitResult submit() {
        return EpikContextListener.client(shop).submit(order());
    }

    private static String cause(SubmitResult answer) {
        return assertInstanceOf(SubmitResult.Failed.class, answer).cause();
    }

    private String notStored() {
        return cause(submit());
    }

    @Test
    void opensWhenTheApplicationStartsAndClosesWhenItStops() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            EpikContextListener listener = listener(() -> open(pinterest.uri(), outbox()));
            start(listener);
            assertInstanceOf(SubmitResult.Stored.class, submit());
            EpikClient client = EpikContextListener.client(shop);
            stop(listener);
            assertEquals(
                    List.of("1001"),
                    pinterest.received().stream().map(ReceivedEvent::id).toList());
            assertEquals(List.of("outbox", "second", "first"), closed);
            assertEquals(Map.of(), attributes);
            SubmitResult late = client.submit(ConversionEvent.checkout("1002")
                    .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                            .withIp("192.0.2.7")
                            .withUserAgent("Mozilla/5.0"))
                    .build());
            assertTrue(assertInstanceOf(SubmitResult.Failed.class, late).cause().contains("closed"));
            assertTrue(notStored().contains("before the application stops"));
        }
        assertEquals(List.of(), log.lines());
    }

    @Test
    void logsAFailureOnceWithTheCureAndTheShopRunsOn() {
        EpikContextListener listener = listener(() -> {
            throw new EpikException("PINTEREST_ACCESS_TOKEN is not set: give it the conversion token");
        });
        start(listener);
        assertEquals(
                List.of("SEVERE Epik could not be opened. The shop runs on, and no sale is reported. Opening is"
                        + " tried again until it succeeds, at least every 60 s."
                        + " PINTEREST_ACCESS_TOKEN is not set: give it the conversion token"),
                log.lines());
        String cause = "Epik could not be opened. PINTEREST_ACCESS_TOKEN is not set: give it the conversion token";
        assertEquals(cause, notStored());
        assertEquals(cause, notStored());
        assertEquals(cause, EpikContextListener.client(shop).totalStats().pauseReason());
        assertThrows(EpikException.class, () -> EpikContextListener.client(shop).stats());
        assertEquals(1, log.lines().size());
        assertEquals(List.of("second", "first"), closed, "the resources of the failed attempt");
        stop(listener);
        assertEquals(2, closed.size());
    }

    @Test
    void closesTheOutboxIfTheClientCannotBeOpened() {
        EpikContextListener listener = listener(() -> open(URI.create("http://shop.example"), outbox()));
        start(listener);
        assertTrue(notStored().contains("use https"), this::notStored);
        assertEquals(List.of("outbox", "second", "first"), closed);
        stop(listener);
    }

    @Test
    void closesARegisteredOutboxIfOpenFailsBeforeTheClientHasIt() {
        EpikContextListener listener = new EpikContextListener(gate) {
            @Override
            protected EpikClient open(ServletContext context) {
                closeOnShutdown(outbox());
                throw new EpikException("The context-param api is empty");
            }
        };
        start(listener);
        assertEquals(List.of("outbox"), closed);
        stop(listener);
    }

    @Test
    void aLockedOutboxIsReported() {
        EpikContextListener listener = listener(() -> {
            throw new OutboxException("epik.db is open in another process: stop that first");
        });
        start(listener);
        assertTrue(notStored().endsWith("epik.db is open in another process: stop that first"));
        stop(listener);
    }

    @Test
    void reportsOnlyTheTypeOfAnUnknownFailure() {
        for (Throwable failure : List.of(
                new IllegalStateException("jdbc:postgresql://shop:canary@db/shop"),
                new NoClassDefFoundError("org/sqlite/JDBC"))) {
            EpikContextListener listener = listener(() -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            });
            start(listener);
            assertTrue(notStored().endsWith(failure.getClass().getName()), notStored());
            stop(listener);
        }
        assertFalse(log.lines().toString().contains("canary"), log.lines()::toString);
    }

    /** Returns a listener whose outbox is in a file. */
    private EpikContextListener withFile(Path file) {
        return new EpikContextListener(gate) {
            @Override
            protected EpikClient open(ServletContext context) {
                return EpikContextListenerTest.this.open(UNREACHABLE, SqliteOutbox.open(file), Duration.ZERO);
            }
        };
    }

    @Test
    void aClientThatWasReturnedEarlierStoresOnceTheFileIsReleased() throws Exception {
        Path file = temp.resolve("epik.db");
        EpikContextListener listener = withFile(file);
        SqliteOutbox oldVersion = SqliteOutbox.open(file);
        start(listener);
        EpikClient fetched = EpikContextListener.client(shop);
        gate.awaitFailure();
        assertTrue(cause(fetched.submit(order())).contains("is open already"), notStored());
        gate.allowAttempt();
        gate.awaitFailure();
        oldVersion.close();
        gate.allowAttempt();
        awaitStored(fetched);
        stop(listener);
        assertTrue(cause(fetched.submit(order())).contains("closed"));
        SqliteOutbox.open(file).close(); // the lock is released
        assertEquals(2, log.lines().size(), log.lines()::toString);
        assertTrue(
                log.lines().get(1).startsWith("INFO Epik is open now, after 2 failed attempts"), log.lines()::toString);
    }

    @Test
    void opensAFileWhenTheProcessThatHoldsItEnds() throws Exception {
        Path file = temp.resolve("epik.db");
        Process holder = ChildJvm.prepare(ChildJvm.QUICK, FileHolder.class, file.toString())
                .start();
        EpikContextListener listener = withFile(file);
        try {
            assertEquals('o', holder.getInputStream().read());
            start(listener);
            gate.awaitFailure();
            assertTrue(notStored().contains("in another process"), notStored());
            EpikClient fetched = EpikContextListener.client(shop);
            holder.getOutputStream().close(); // ends it
            assertEquals(0, holder.waitFor());
            gate.allowAttempt();
            awaitStored(fetched);
        } finally {
            holder.destroyForcibly();
            stop(listener);
        }
    }

    private void awaitStored(EpikClient client) {
        SubmitResult answer = client.submit(order());
        while (answer instanceof SubmitResult.Failed) {
            Thread.onSpinWait(); // the attempt is running; limited by @Timeout
            answer = client.submit(order());
        }
        assertInstanceOf(SubmitResult.Stored.class, answer);
    }

    @Test
    void closesEverythingElseIfAResourceCannotBeClosed() {
        EpikContextListener listener = new EpikContextListener() {
            @Override
            protected EpikClient open(ServletContext context) {
                closeOnShutdown(() -> closed.add("first"));
                closeOnShutdown(() -> {
                    throw new IllegalStateException("canary");
                });
                return EpikContextListenerTest.this.open(UNREACHABLE, outbox());
            }
        };
        start(listener);
        stop(listener);
        assertEquals(List.of("outbox", "first"), closed);
        assertTrue(
                log.lines().get(0).startsWith("WARNING ") && !log.lines().get(0).contains("canary"),
                log.lines()::toString);
    }

    @Test
    void withoutAListenerASubmitReturnsHowToDeclareOne() {
        assertTrue(notStored().contains("@WebListener"));
    }
}
