// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.opening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetriedOpeningTest {
    private static final EpikClient OPENED = EpikClient.unavailable("stands for an open one");

    private final AttemptGate gate = new AttemptGate();
    private final AtomicInteger closed = new AtomicInteger();
    private final Deque<Throwable> failures = new ArrayDeque<>();
    private final LogCapture log = LogCapture.of(RetriedOpening.class);
    private final RetriedOpening<EpikClient> opening = opening(this::attempt, closed::incrementAndGet);

    private RetriedOpening<EpikClient> opening(Callable<EpikClient> attempt, Runnable closeAll) {
        return new RetriedOpening<>(
                System.getLogger(RetriedOpening.class.getName()), attempt, closeAll, EpikClient::unavailable, gate);
    }

    private EpikClient attempt() {
        Throwable failure = failures.poll();
        if (failure != null) {
            throw RetriedOpeningTest.<RuntimeException>sneaky(failure);
        }
        return OPENED;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }

    @AfterEach
    void close() {
        opening.stop();
        log.close();
    }

    private void awaitOpen() {
        while (opening.current() != OPENED) {
            Thread.onSpinWait();
        }
    }

    private String reason() {
        return opening.current().totalStats().pauseReason();
    }

    @Test
    void theWaitDoublesUpToAMinute() {
        assertEquals(
                List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L),
                IntStream.rangeClosed(1, 8)
                        .mapToObj(failures -> RetriedOpening.waitAfter(failures).toSeconds())
                        .toList());
        assertEquals(Duration.ofSeconds(60), RetriedOpening.waitAfter(Integer.MAX_VALUE));
    }

    @Test
    void aSuccessfulFirstAttemptStartsNoThread() {
        opening.start();
        assertSame(OPENED, opening.current());
        assertTrue(opening.stop());
        assertEquals(List.of(), log.lines());
        assertEquals(List.of(), gate.waits());
    }

    @Test
    void anyFailureIsContainedAndTriedAgain() throws Exception {
        failures.addAll(List.of(
                new IOException("canary"),
                new NoClassDefFoundError("canary"),
                new OutOfMemoryError("canary"),
                new InterruptedException("canary"),
                new AssertionError("canary")));
        opening.start();
        for (String type : List.of(
                "java.io.IOException",
                "java.lang.NoClassDefFoundError",
                "java.lang.OutOfMemoryError",
                "java.lang.InterruptedException",
                "java.lang.AssertionError")) {
            gate.awaitFailure();
            assertEquals("Epik could not be opened. " + type, reason());
            gate.allowAttempt();
        }
        awaitOpen();
        assertEquals(5, closed.get(), "what each attempt had opened is closed");
        assertEquals(
                List.of(1L, 2L, 4L, 8L, 16L),
                gate.waits().stream().map(Duration::toSeconds).toList());
        while (log.lines().size() < 6) {
            Thread.onSpinWait(); // the last line follows the opening
        }
        assertEquals(
                "INFO Epik is open now, after 5 failed attempts. Sales are reported.",
                log.lines().get(5));
        assertFalse(log.lines().toString().contains("canary"), log.lines()::toString);
    }

    @Test
    void eachDistinctFailureIsLoggedOnce() throws Exception {
        failures.addAll(List.of(
                new EpikException("epik.db is open in another process: stop that first"),
                new EpikException("epik.db is open in another process: stop that first"),
                new IllegalStateException(),
                new EpikException("epik.db is open in another process: stop that first")));
        opening.start();
        for (int i = 0; i < 4; i++) {
            gate.awaitFailure();
            if (i < 3) {
                gate.allowAttempt();
            }
        }
        assertEquals(2, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().get(0).contains("stop that first"), log.lines()::toString);
        assertTrue(log.lines().get(0).contains("tried again"), log.lines()::toString);
        assertTrue(log.lines().get(1).endsWith("java.lang.IllegalStateException"), log.lines()::toString);
    }

    @Test
    void anInterruptOfTheFirstAttemptIsKept() {
        failures.add(new InterruptedException());
        opening.start();
        assertTrue(Thread.interrupted());
    }

    @Test
    void stopEndsTheWaitingThread() throws Exception {
        failures.add(new IOException());
        opening.start();
        gate.awaitFailure();
        assertTrue(opening.stop());
        assertEquals(1, gate.waits().size());
    }

    @Test
    void anAttemptThatSucceedsAfterStopIsClosed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch undone = new CountDownLatch(2);
        AtomicInteger attempts = new AtomicInteger();
        RetriedOpening<EpikClient> hanging = opening(
                () -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IOException();
                    }
                    inside.countDown();
                    while (release.getCount() > 0) {
                        try {
                            release.await();
                        } catch (InterruptedException ignored) {
                            // a driver that ignores interrupts
                        }
                    }
                    return OPENED;
                },
                undone::countDown);
        hanging.start();
        gate.awaitFailure();
        gate.allowAttempt();
        inside.await();
        Thread.currentThread().interrupt(); // so that stop() does not wait here
        assertFalse(hanging.stop());
        assertTrue(Thread.interrupted());
        release.countDown();
        undone.await();
        assertTrue(hanging.current().totalStats().pauseReason().contains("could not be opened"));
    }
}
