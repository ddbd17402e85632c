// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.SilentLog;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.queue.PendingEvent;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Searches the interleavings of the threads of a {@link JdbcOutbox} with a model checker. The clock of the model
 * checker stands still, so no thread may wait with a timeout.
 */
@Timeout(120)
class JdbcInterleavingTest {
    private static final int INTERLEAVINGS = 50;

    @RegisterExtension
    static final SilentLog LOG = SilentLog.of(JdbcThread.class);

    private static PendingEvent pending(String id) {
        return new PendingEvent(
                new StoredEvent("1", "checkout", id, "{}", Instant.EPOCH, false),
                Duration.ofMinutes(1),
                WriterQueue.Priority.NORMAL);
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores an event in the same way as the writer. */
    private static void store(PendingEvent event, List<PendingEvent> stored) {
        if (event.take()) {
            synchronized (stored) {
                stored.add(event);
            }
            event.answer(EventStore.Added.STORED);
        }
    }

    private static void storeAll(WriterQueue<PendingEvent> queue, List<PendingEvent> stored) {
        try {
            List<PendingEvent> some = new ArrayList<>();
            while (queue.take(some, 1)) {
                some.forEach(event -> store(event, stored));
                some.clear();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(WriterQueue<PendingEvent> queue, PendingEvent event) {
        if (queue.offer(event, WriterQueue.Priority.NORMAL) != WriterQueue.Offered.QUEUED) {
            event.fail("closed", null);
        }
    }

    /** Checks that the answer agrees with the stored events. */
    private static void check(PendingEvent event, List<PendingEvent> stored) {
        long times = stored.stream().filter(event::equals).count();
        if (!event.answer.isDone() || times > 1) {
            throw new AssertionError("answered: " + event.answer.isDone() + ", stored " + times + " times");
        }
        try {
            if (event.answer.join() == EventStore.Added.STORED && times == 0) {
                throw new AssertionError("an event was reported as stored, and is not");
            }
        } catch (CompletionException e) {
            boolean maybe = e.getCause() instanceof OutboxException failure && failure.isMaybeStored();
            if (times == 1 && !maybe) {
                throw new AssertionError("an event was reported as not stored, and is stored", e);
            }
        }
    }

    @Test
    void anEventIsEitherTakenOrWithdrawn() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            List<PendingEvent> stored = new ArrayList<>();
            PendingEvent event = pending("1");
            Thread writer = started(() -> store(event, stored));
            event.fail("The outbox was closed", null); // the flush took too long
            join(writer);
            check(event, stored);
        });
    }

    @Test
    void eventAddedDuringCloseIsStoredOrReported() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            WriterQueue<PendingEvent> queue = new WriterQueue<>(2);
            List<PendingEvent> stored = new ArrayList<>();
            PendingEvent event = pending("1");
            Thread writer = started(() -> storeAll(queue, stored));
            Thread shop = started(() -> add(queue, event));
            queue.close();
            join(shop);
            join(writer);
            check(event, stored);
        });
    }

    /** Takes the queued events. */
    private record Idle(ThreadActivity activity, WriterQueue<PendingEvent> queue) implements JdbcThread.Loop {
        @Override
        public boolean runOnce() throws InterruptedException {
            return queue.take(new ArrayList<>(), 1);
        }

        @Override
        public void end() {
            // nothing to release
        }
    }

    @Test
    void closingStopsTheReplacementOfThreads() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            List<Thread> threads = new ArrayList<>();
            WriterQueue<PendingEvent> queue = new WriterQueue<>(4);
            JdbcThread thread = new JdbcThread(
                    "writer",
                    work -> {
                        Thread made = new Thread(threads.isEmpty() ? () -> {} : work);
                        threads.add(made);
                        return made;
                    },
                    () -> new Idle(new ThreadActivity(), queue));
            thread.start();
            Thread supervisor = started(() -> thread.supervise(0));
            thread.close();
            int made = threads.size();
            queue.close();
            join(supervisor);
            if (threads.size() != made) {
                throw new AssertionError("a thread was made after the closing had begun");
            }
            threads.forEach(JdbcInterleavingTest::join);
        });
    }
}
