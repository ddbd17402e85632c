// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Submit throws only errors of the JVM, whatever fails and whatever its arguments are. */
@Timeout(60)
class SubmitFailureTest {
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private static EpikClient.Builder builder(Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .shutdownTimeout(Duration.ZERO);
    }

    private static ConversionEvent order(String number) {
        return draft(number).build();
    }

    private static ConversionEvent.Builder draft(String number) {
        return ConversionEvent.checkout(number).visit(VISIT);
    }

    private static String cause(SubmitResult answer) {
        return assertInstanceOf(SubmitResult.Failed.class, answer).cause();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }

    static Stream<Throwable> contained() {
        return Stream.of(
                new IllegalStateException("canary"),
                new SQLException("canary"),
                new AssertionError("canary"),
                new StackOverflowError("canary"),
                new NoClassDefFoundError("canary"),
                new ExceptionInInitializerError("canary"));
    }

    static Stream<Throwable> errorsOfTheJvm() {
        return Stream.of(new OutOfMemoryError("canary"), new InternalError("canary"), threadDeath());
    }

    @SuppressWarnings("removal")
    private static Throwable threadDeath() {
        return new ThreadDeath();
    }

    @ParameterizedTest
    @MethodSource("contained")
    void anyFailureInBuildingTheEventReturnsFailed(Throwable thrown) {
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            String cause = cause(epik.submit(() -> {
                throw SubmitFailureTest.<RuntimeException>sneaky(thrown);
            }));
            assertTrue(
                    cause.startsWith(
                            "Building the event failed: " + thrown.getClass().getName()),
                    cause);
            assertFalse(cause.contains("canary"), cause);
        }
    }

    @ParameterizedTest
    @MethodSource("errorsOfTheJvm")
    void errorsOfTheJvmReachTheCaller(Throwable thrown) {
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            Throwable caught = assertThrows(
                    thrown.getClass(),
                    () -> epik.submit(() -> {
                        throw SubmitFailureTest.<RuntimeException>sneaky(thrown);
                    }));
            assertSame(thrown, caught);
        }
    }

    @Test
    void aStackOverflowInBuildingTheEventReturnsFailed() {
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            assertTrue(cause(epik.submit(SubmitFailureTest::endless)).contains("java.lang.StackOverflowError"));
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("1")));
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static ConversionEvent.Builder endless() {
        return endless();
    }

    @Test
    void anUndeclaredInterruptInBuildingTheEventIsKept() {
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            SubmitResult answer = epik.submit(() -> {
                throw SubmitFailureTest.<RuntimeException>sneaky(new InterruptedException());
            });
            assertTrue(Thread.interrupted());
            assertTrue(cause(answer).contains("java.lang.InterruptedException"));
        }
    }

    /** Returns an outbox that fails to store in this way. */
    private static Outbox failing(Supplier<CompletableFuture<?>> how) {
        return new ForwardingOutbox(MemoryOutbox.ofCapacity(9)) {
            @Override
            @SuppressWarnings("unchecked")
            public CompletableFuture<Added> add(StoredEvent event) {
                return (CompletableFuture<Added>) how.get();
            }

            @Override
            @SuppressWarnings("unchecked")
            public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
                return (CompletableFuture<List<Added>>) how.get();
            }
        };
    }

    @SuppressWarnings("NullAway") // as a defective proxy can do
    static Stream<Supplier<CompletableFuture<?>>> failingWays() {
        Stream<Supplier<CompletableFuture<?>>> thrown = contained().map(failure -> () -> {
            throw SubmitFailureTest.<RuntimeException>sneaky(failure);
        });
        Stream<Supplier<CompletableFuture<?>>> failed = Stream.concat(contained(), errorsOfTheJvm())
                .map(failure -> () -> CompletableFuture.failedFuture(failure));
        CompletableFuture<Object> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        Stream<Supplier<CompletableFuture<?>>> others = Stream.of(
                () -> null,
                () -> CompletableFuture.completedFuture(null),
                () -> CompletableFuture.completedFuture("of another type"),
                () -> cancelled);
        return Stream.of(thrown, failed, others).flatMap(Function.identity());
    }

    @ParameterizedTest
    @MethodSource("failingWays")
    void anyFailureOfTheOutboxReturnsFailed(Supplier<CompletableFuture<?>> how) throws Exception {
        try (EpikClient epik = builder(failing(how)).open()) {
            List<SubmitResult> answers = new ArrayList<>(epik.submitAll(List.of(order("1"), order("2"))));
            answers.add(epik.submit(order("3")));
            answers.add(epik.submit(() -> draft("4")));
            CompletableFuture<SubmitResult> later = epik.submitAsync(order("5"));
            assertTrue(later.isDone() && !later.isCompletedExceptionally());
            answers.add(later.get());
            assertEquals(5, answers.size());
            for (SubmitResult answer : answers) {
                String cause = cause(answer);
                assertTrue(cause.startsWith("The outbox failed: java."), cause);
                assertFalse(cause.contains("canary"), cause);
            }
        }
    }

    @Test
    void anEpikExceptionIsReturnedWithItsMessage() {
        try (EpikClient epik = builder(failing(() -> {
                    throw new OutboxException("The disk is full: make room");
                }))
                .open()) {
            assertEquals(
                    new SubmitResult.Failed("The outbox failed: The disk is full: make room"), epik.submit(order("1")));
        }
    }

    @Test
    void tooFewResultsOfAnOutboxReturnFailed() {
        try (EpikClient epik = builder(
                        failing(() -> CompletableFuture.completedFuture(List.of(EventStore.Added.STORED))))
                .open()) {
            List<SubmitResult> answers = epik.submitAll(List.of(order("1"), order("2")));
            assertEquals(2, answers.size());
            answers.forEach(SubmitFailureTest::cause);
        }
    }

    @Test
    void waitsForAHangingOutboxUntilTheTimeout() {
        try (EpikClient epik = builder(failing(CompletableFuture::new))
                .submitTimeout(Duration.ofMillis(-1))
                .open()) {
            assertTrue(cause(epik.submit(order("1"))).startsWith("The outbox did not answer within 1 ms"));
        }
    }

    @Test
    void aFailingLogIsContained() {
        Logger logger = Logger.getLogger(EpikClient.class.getName());
        Handler broken = new Handler() {
            @Override
            public void publish(LogRecord line) {
                throw new IllegalStateException("the log's disk is full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(broken);
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(1)).open()) {
            epik.submit(order("1"));
            assertTrue(cause(epik.submit(order("2"))).contains("full"));
        } finally {
            logger.removeHandler(broken);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // as a bug in a shop can do
    void submittingNullReturnsFailed() throws Exception {
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            String none = null;
            Supplier<ConversionEvent.Builder> noSupplier = null;
            cause(epik.account(none).submit(order("1")));
            cause(epik.submit(noSupplier));
            cause(epik.submit(null, (ConversionEvent) null));
            cause(epik.account(none).submitAsync(order("1")).get());
            cause(epik.submitAll(null).get(0));
            cause(epik.account(none).submitAll(List.of(order("1"))).get(0));
        }
    }

    @Test
    void anUnreadableListReturnsFailed() {
        List<ConversionEvent> lazy = new AbstractList<>() {
            @Override
            public ConversionEvent get(int index) {
                throw new IllegalStateException("no session");
            }

            @Override
            public int size() {
                return 3;
            }
        };
        try (EpikClient epik = builder(MemoryOutbox.ofCapacity(9)).open()) {
            List<SubmitResult> answers = epik.submitAll(lazy);
            assertEquals(
                    List.of(new SubmitResult.Failed(
                            "The list of events cannot be read: java.lang.IllegalStateException")),
                    answers);
        }
    }

    static Stream<Duration> strangeDurations() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        return Stream.of(forever, forever.negated(), Duration.ZERO, Duration.ofSeconds(-1));
    }

    @ParameterizedTest
    @MethodSource("strangeDurations")
    void anyDurationCanBeSetAndSubmitWorks(Duration strange) {
        EpikClient epik = builder(MemoryOutbox.ofCapacity(9))
                .submitTimeout(strange)
                .linger(strange)
                .maxAge(strange)
                .keepDelivered(strange)
                .keepDeadLetters(strange)
                .shutdownTimeout(strange.isNegative() ? strange : Duration.ZERO)
                .open();
        assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("1")));
        assertInstanceOf(
                SubmitResult.Stored.class, epik.submitAll(List.of(order("2"))).get(0));
        epik.close();
    }

    @Test
    @SuppressWarnings("NullAway") // as a bug in a shop can do
    void nullSettingsAreReportedWhenTheyAreSet() {
        EpikClient.Builder builder = builder(MemoryOutbox.ofCapacity(1));
        List<Runnable> calls = List.of(
                () -> builder.submitTimeout(null),
                () -> builder.shutdownTimeout(null),
                () -> builder.linger(null),
                () -> builder.maxAge(null),
                () -> builder.keepDelivered(null),
                () -> builder.keepDeadLetters(null),
                () -> builder.baseUrl(null),
                () -> builder.httpClient(null),
                () -> builder.lateEvents(null),
                () -> builder.listener(null),
                () -> builder.accounts(null));
        for (Runnable call : calls) {
            String message = String.valueOf(
                    assertThrows(NullPointerException.class, call::run).getMessage());
            assertTrue(message.matches("[a-zA-Z ]{3,}"), message);
        }
    }
}
