// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the writer thread survives any Throwable, is replaced if it ends, and never blocks a caller forever. */
@Timeout(60)
class SqliteWriterTest {
    private final AtomicReference<Throwable> thrownOnce = new AtomicReference<>();
    private volatile CrashPoint thrownAt = CrashPoint.STORED;

    @TempDir
    private Path directory;

    private SqliteOutbox.Builder builder() {
        return SqliteOutbox.builder(directory.resolve("outbox.db")).crashPoints(step -> {
            if (step == thrownAt) {
                Throwable thrown = thrownOnce.getAndSet(null);
                if (thrown != null) {
                    SqliteWriterTest.<RuntimeException>raise(thrown);
                }
            }
        });
    }

    /** Throws an undeclared checked exception, as Kotlin and Lombok do. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{}", Instant.now(), false);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "epik-outbox-of-test");
        thread.setDaemon(true);
        return thread;
    }

    private static ThreadFactory threadsThatEndAtOnce(int howMany) {
        AtomicInteger made = new AtomicInteger();
        return work -> new Thread(made.getAndIncrement() < howMany ? () -> {} : work, "epik-outbox-of-test");
    }

    private static void sleepUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- tasks that fail

    static Stream<Arguments> failures() {
        List<Throwable> thrown = List.of(
                new OutOfMemoryError("on purpose"),
                new StackOverflowError(),
                new NoClassDefFoundError("on purpose"),
                new AssertionError("on purpose"),
                new IOException("on purpose"),
                new InterruptedException("on purpose"),
                new IllegalStateException("on purpose"));
        return thrown.stream()
                .flatMap(
                        each -> Stream.of(CrashPoint.STORING, CrashPoint.STORED).map(step -> Arguments.of(each, step)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anyThrowableFromStoringFailsThatEventOnly(Throwable thrown, CrashPoint step) {
        thrownAt = step;
        try (SqliteOutbox outbox = builder().open()) {
            thrownOnce.set(thrown);
            var failed = assertThrows(
                    CompletionException.class, () -> outbox.add(event("1")).join());
            assertEquals(thrown, failed.getCause());
            assertEquals(
                    step == CrashPoint.STORING ? EventStore.Added.STORED : EventStore.Added.ALREADY_STORED,
                    outbox.add(event("1")).join());
            assertEquals(0, outbox.replacedThreads());
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anyThrowableFromACallFailsThatCallOnly(Throwable thrown, CrashPoint unused) {
        try (SqliteOutbox outbox = builder().open()) {
            outbox.add(event("1")).join();
            for (CrashPoint step : List.of(CrashPoint.CHANGING, CrashPoint.CHANGED)) {
                thrownAt = step;
                thrownOnce.set(thrown);
                assertThrows(RuntimeException.class, () -> outbox.peek("1", 9));
                assertEquals(1, outbox.peek("1", 9).ready());
            }
        }
    }

    @Test
    void failingDependentOfAFutureStopsNothing() {
        try (SqliteOutbox outbox = builder().open()) {
            AtomicInteger ran = new AtomicInteger();
            var unused = outbox.add(event("1")).thenApply(added -> {
                ran.incrementAndGet();
                throw new AssertionError("on purpose");
            });
            var unused2 = outbox.add(event("2")).whenComplete((added, e) -> {
                ran.incrementAndGet();
                Thread.currentThread().interrupt();
            });
            assertEquals(EventStore.Added.STORED, outbox.add(event("3")).join());
            assertEquals(3, outbox.peek("1", 9).ready());
            assertEquals(2, ran.get());
        }
    }

    @Test
    void failedRollbackBlocksNoOtherTransaction() {
        try (SqliteOutbox outbox = builder().open()) {
            assertThrows(
                    OutboxException.class,
                    () -> outbox.transaction(TransactionKind.OTHER, (sql, now) -> {
                        try (Statement statement = sql.createStatement()) {
                            return statement.executeUpdate("COMMIT"); // so that neither COMMIT nor ROLLBACK can work
                        }
                    }));
            assertEquals(EventStore.Added.STORED, outbox.add(event("1")).join());
        }
    }

    // --- a thread that ends

    @Test
    void theNextCallReplacesAThreadThatHasEnded() {
        try (LogCapture log = LogCapture.ofPackage("dev.epik.capi");
                SqliteOutbox outbox = builder().threads(threadsThatEndAtOnce(1)).open()) {
            assertEquals(EventStore.Added.STORED, outbox.add(event("1")).join());
            assertEquals(1, outbox.replacedThreads());
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.startsWith("SEVERE The thread of the outbox"))
                            .count(),
                    log.lines()::toString);
        }
    }

    /** Ends the thread that the outbox knows; the thread that executes tasks hangs. */
    @Test
    void callersOfAThreadThatEndsWhileItWorksFailAndTheNextOneWorks() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        ThreadFactory threads = work -> made.getAndIncrement() > 0
                ? daemon(work)
                : daemon(() -> {
                    daemon(work).start();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        AtomicBoolean hang = new AtomicBoolean();
        CountDownLatch hanging = new CountDownLatch(1);
        SqliteOutbox.Builder builder = builder().threads(threads).crashPoints(step -> {
            if (hang.getAndSet(false)) {
                hanging.countDown();
                sleepUntilInterrupted();
            }
        });
        try (SqliteOutbox outbox = builder.open()) {
            hang.set(true);
            CompletableFuture<EventStore.Added> lost = outbox.add(event("lost"));
            hanging.await();
            CompletableFuture<Peek> waiting = CompletableFuture.supplyAsync(() -> outbox.peek("1", 9));
            CompletableFuture<EventStore.Added> queued = outbox.add(event("queued"));
            end.countDown();
            waiting.join(); // a waiting caller checks the thread
            var failed = assertThrows(CompletionException.class, lost::join);
            assertTrue(failed.getCause() instanceof OutboxException, failed::toString);
            assertEquals(EventStore.Added.STORED, queued.join());
            assertEquals(1, outbox.peek("1", 9).ready(), "uncommitted events are rolled back");
            assertEquals(1, outbox.replacedThreads());
        }
    }

    @Test
    void anOutboxWhoseThreadCannotBeStartedIsNotOpenedAndLeavesTheFileFree() {
        AtomicInteger made = new AtomicInteger();
        ThreadFactory none = work -> {
            if (made.getAndIncrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread, on purpose");
            }
            return new Thread(() -> {});
        };
        var failed = assertThrows(
                OutboxException.class, () -> builder().threads(none).open());
        assertTrue(String.valueOf(failed.getMessage()).contains("cannot be started"), failed::toString);
        try (SqliteOutbox outbox = builder().open()) {
            assertEquals(EventStore.Added.STORED, outbox.add(event("1")).join());
        }
    }

    @Test
    void strayInterruptIsIgnored() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        ThreadFactory threads = work -> {
            thread.set(daemon(work));
            return thread.get();
        };
        try (SqliteOutbox outbox = builder().threads(threads).open()) {
            for (int i = 0; i < 100; i++) {
                Objects.requireNonNull(thread.get()).interrupt();
                assertEquals(EventStore.Added.STORED, outbox.add(event("" + i)).join());
            }
            assertEquals(0, outbox.replacedThreads());
        }
    }

    // --- a disk that hangs

    @Test
    void callWaitsUntilItsAnswerTimeoutAndDoesNotStartAfterIt() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean begun = new AtomicBoolean();
        try (SqliteOutbox outbox = builder().answerWait(Duration.ofMillis(200)).open()) {
            Thread holder = daemon(() -> assertThrows(
                    OutboxException.class,
                    () -> outbox.transaction(TransactionKind.OTHER, (sql, now) -> {
                        hanging.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return true;
                    })));
            holder.start();
            hanging.await();
            Thread.currentThread().interrupt(); // an interrupted thread waits too
            var failed = assertThrows(
                    OutboxException.class,
                    () -> outbox.transaction(TransactionKind.OTHER, (sql, now) -> {
                        begun.set(true);
                        return true;
                    }));
            assertTrue(Thread.interrupted());
            assertTrue(String.valueOf(failed.getMessage()).contains("does its disk hang?"), failed::toString);
            release.countDown();
            holder.join();
            assertInstanceOf(Peek.class, outbox.peek("1", 9));
            assertFalse(begun.get());
        }
    }

    // --- closing

    /** Runs many seeded rounds. */
    @Test
    void eventStoredDuringCloseIsInTheFile() throws Exception {
        List<String> stored = Collections.synchronizedList(new ArrayList<>());
        for (int round = 0; round < 100; round++) {
            SplittableRandom random = new SplittableRandom(round);
            SqliteOutbox outbox = builder().queueSize(1 + random.nextInt(5)).open();
            List<Thread> adders = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String prefix = round + "-" + i + "-";
                adders.add(daemon(() -> {
                    try {
                        for (int id = 0; outbox.add(event(prefix + id)).join() != EventStore.Added.FULL; id++) {
                            stored.add(prefix + id);
                        }
                    } catch (CompletionException ignored) {
                        // the outbox is closed
                    }
                }));
            }
            adders.forEach(Thread::start);
            LockSupport.parkNanos(random.nextInt(3_000_000));
            outbox.close();
            for (Thread adder : adders) {
                adder.join();
            }
            assertTrue(outbox.hasEnded());
        }
        try (SqliteOutbox outbox = builder().open()) {
            assertEquals(stored.size(), outbox.backlog("1").waiting());
            assertFalse(stored.isEmpty());
        }
    }
}
