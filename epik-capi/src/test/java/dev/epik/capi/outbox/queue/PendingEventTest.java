// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PendingEventTest {
    private final PendingEvent pending = new PendingEvent(
            new StoredEvent("1", "checkout", "1", "{}", Instant.EPOCH, false),
            Duration.ofSeconds(5),
            WriterQueue.Priority.NORMAL);

    private OutboxException failure() {
        return assertInstanceOf(
                OutboxException.class,
                assertThrows(CompletionException.class, pending.answer::join).getCause());
    }

    private static long afterTheDeadline() {
        return System.nanoTime() + Duration.ofSeconds(9).toNanos();
    }

    @Test
    void anEventThatWaitsAtItsDeadlineIsWithdrawnAndNotStored() {
        assertFalse(pending.failIfLate(System.nanoTime() - Duration.ofSeconds(1).toNanos(), "slow"));
        assertTrue(pending.failIfLate(afterTheDeadline(), "the reason"));
        assertFalse(pending.take());
        assertFalse(failure().isMaybeStored());
        assertTrue(failure().getMessage().contains("Within 5000 ms"), failure()::getMessage);
        assertTrue(failure().getMessage().contains("the reason"), failure()::getMessage);
    }

    @Test
    void anEventThatIsBeingStoredAtItsDeadlineMayBeStored() {
        assertTrue(pending.take());
        assertTrue(pending.failIfLate(afterTheDeadline(), "slow"));
        pending.answer(EventStore.Added.STORED);
        assertTrue(failure().isMaybeStored());
    }

    @Test
    void runningAttemptGetsExtraTimeAfterTheDeadline() {
        long deadline = System.nanoTime() + pending.nanosLeft();
        assertTrue(pending.take());
        assertFalse(pending.failIfLate(deadline + Duration.ofMillis(100).toNanos(), "slow"));
        pending.answer(EventStore.Added.STORED);
        assertEquals(EventStore.Added.STORED, pending.answer.join());
    }

    @Test
    void anEventIsNotTakenAfterItsDeadline() {
        PendingEvent late = new PendingEvent(pending.event, Duration.ZERO, WriterQueue.Priority.NORMAL);
        assertFalse(late.take());
    }

    @Test
    void anEventWhoseAttemptFailedForCertainIsNotStoredAtItsDeadline() {
        assertTrue(pending.take());
        pending.putBack(false, "its row is locked");
        assertTrue(pending.failIfLate(afterTheDeadline(), "slow"));
        assertFalse(failure().isMaybeStored());
        assertTrue(failure().getMessage().contains("its row is locked"), failure()::getMessage);
    }

    @Test
    void alreadyStoredAfterACommitWithoutAnAnswerCountsAsStored() {
        assertTrue(pending.take());
        pending.putBack(true, "the connection broke");
        assertTrue(pending.take());
        pending.answer(EventStore.Added.ALREADY_STORED);
        assertEquals(EventStore.Added.STORED, pending.answer.join());
    }

    @Test
    void aDeadLetterIsAnsweredAsOneEvenAfterACommitWithoutAnAnswer() {
        assertTrue(pending.take());
        pending.putBack(true, "the connection broke");
        assertTrue(pending.take());
        pending.answer(EventStore.Added.ALREADY_DEAD);
        assertEquals(EventStore.Added.ALREADY_DEAD, pending.answer.join());
    }

    @Test
    void alreadyStoredIsReturnedWithoutAnUnansweredCommit() {
        assertTrue(pending.take());
        pending.answer(EventStore.Added.ALREADY_STORED);
        assertEquals(EventStore.Added.ALREADY_STORED, pending.answer.join());
    }

    @Test
    void eventThatWaitedAfterAnUnansweredCommitMayBeStored() {
        assertTrue(pending.take());
        pending.putBack(true, "the connection broke");
        pending.fail("closed", null);
        assertTrue(failure().isMaybeStored());
    }

    @RepeatedTest(200)
    void anEventIsEitherTakenOrWithdrawn() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        Thread supervisor = new Thread(() -> {
            start.countDown();
            pending.failIfLate(afterTheDeadline(), "slow");
        });
        supervisor.start();
        start.await();
        boolean taken = pending.take();
        supervisor.join();
        assertEquals(taken, failure().isMaybeStored());
    }

    @Test
    void failingDependentOfTheFutureDoesNotReachTheWriter() {
        var unused = pending.answer.thenApply(added -> {
            throw new AssertionError("on purpose");
        });
        pending.answer(EventStore.Added.STORED);
        assertEquals(EventStore.Added.STORED, pending.answer.join());
    }
}
