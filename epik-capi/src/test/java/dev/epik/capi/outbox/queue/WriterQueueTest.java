// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WriterQueueTest {
    /** The number of interleavings. The clock of Lincheck stands still, so no thread may wait with a timeout. */
    private static final int INTERLEAVINGS = 2000;

    private static WriterQueue.Offered offer(WriterQueue<Integer> queue, int task) {
        try {
            return queue.offer(task, Duration.ZERO);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void takeAll(WriterQueue<Integer> queue, List<Integer> taken) {
        try {
            List<Integer> some = new ArrayList<>();
            while (queue.take(some, 2)) {
                taken.addAll(some);
                some.clear();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void join(Thread... threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Tag("full")
    @Test
    void eventsQueuedDuringCloseAreTakenInEveryInterleaving() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            WriterQueue<Integer> queue = new WriterQueue<>(2);
            List<Integer> taken = new ArrayList<>();
            boolean[] queued = new boolean[2];
            Thread writer = started(() -> takeAll(queue, taken));
            Thread one = started(() -> queued[0] = offer(queue, 0) == WriterQueue.Offered.QUEUED);
            Thread other = started(() -> queued[1] = offer(queue, 1) == WriterQueue.Offered.QUEUED);
            queue.close();
            join(one, other, writer);
            for (int i = 0; i < queued.length; i++) {
                if (queued[i] != taken.contains(i)) {
                    throw new AssertionError(i + " was queued: " + queued[i] + ", taken are " + taken);
                }
            }
        });
    }

    @Test
    void offerWaitsForAFullQueueUntilItsTimeout() throws Exception {
        WriterQueue<Integer> queue = new WriterQueue<>(1);
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(1, Duration.ZERO));
        assertEquals(WriterQueue.Offered.FULL, queue.offer(2, Duration.ofMillis(10)));
        CompletableFuture<WriterQueue.Offered> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.offer(3, Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        List<Integer> taken = new ArrayList<>();
        assertTrue(queue.take(taken, 9));
        assertEquals(WriterQueue.Offered.QUEUED, waiting.join());
        assertTrue(queue.take(taken, 9));
        assertEquals(List.of(1, 3), taken);
    }

    @Test
    void interruptedThreadQueuesIfThereIsRoomAndDoesNotWait() throws Exception {
        WriterQueue<Integer> queue = new WriterQueue<>(1);
        Thread.currentThread().interrupt();
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(1, Duration.ofMinutes(1)));
        assertThrows(InterruptedException.class, () -> queue.offer(2, Duration.ofMinutes(1)));
        assertFalse(Thread.interrupted());
    }

    @Test
    void closedQueueRefusesTasksAndReturnsThoseItHas() throws Exception {
        WriterQueue<Integer> queue = new WriterQueue<>(3);
        for (int i : IntStream.range(0, 3).toArray()) {
            assertEquals(WriterQueue.Offered.QUEUED, queue.offer(i, Duration.ZERO));
        }
        queue.close();
        assertEquals(WriterQueue.Offered.CLOSED, queue.offer(9, Duration.ofMinutes(1)));
        List<Integer> taken = new ArrayList<>();
        assertTrue(queue.take(taken, 2));
        assertTrue(queue.take(new ArrayList<>(), 2));
        assertFalse(queue.take(new ArrayList<>(), 2));
        assertEquals(List.of(0, 1), taken);
    }

    private static WriterQueue<Integer> queueOf(int capacity, long maxBytes) {
        return new WriterQueue<>(capacity, maxBytes, task -> task);
    }

    @Test
    void bytesAreLimitedButALargerTaskIsQueuedAlone() {
        WriterQueue<Integer> queue = queueOf(9, 10);
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(11, WriterQueue.Priority.NORMAL));
        assertEquals(WriterQueue.Offered.FULL, queue.offer(1, WriterQueue.Priority.NORMAL));
        List<Integer> taken = new ArrayList<>();
        queue.poll(taken, 9, 0);
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(4, WriterQueue.Priority.NORMAL));
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(6, WriterQueue.Priority.BULK));
        assertEquals(WriterQueue.Offered.FULL, queue.offer(1, WriterQueue.Priority.BULK));
        queue.removeIf(task -> task == 4);
        assertEquals(WriterQueue.Offered.QUEUED, queue.offer(4, WriterQueue.Priority.BULK));
        assertEquals(2, queue.size());
    }

    @Test
    void bulkTasksAreTakenLastAndKeepTheirPlace() {
        WriterQueue<Integer> queue = queueOf(99, Long.MAX_VALUE);
        for (int i = 0; i < 20; i++) {
            queue.offer(100 + i, WriterQueue.Priority.BULK);
            queue.offer(i, WriterQueue.Priority.NORMAL);
        }
        List<Integer> taken = new ArrayList<>();
        queue.poll(taken, 10, 2);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 100, 101), taken);
        taken.clear();
        queue.poll(taken, 20, 2);
        assertEquals(14, taken.size(), "12 others, and no more bulk than its share");
        taken.clear();
        queue.poll(taken, 20, 2);
        assertEquals(IntStream.range(104, 120).boxed().toList(), taken);
        assertTrue(queue.isEmpty());
    }

    @Test
    void tasksPutBackAreTakenFirstEvenAfterClosing() throws Exception {
        WriterQueue<Integer> queue = queueOf(2, Long.MAX_VALUE);
        queue.offer(3, WriterQueue.Priority.NORMAL);
        queue.close();
        queue.putBack(List.of(1, 2));
        assertTrue(queue.await(Duration.ofMinutes(1)));
        List<Integer> taken = new ArrayList<>();
        assertTrue(queue.take(taken, 9));
        assertEquals(List.of(1, 2, 3), taken);
        assertFalse(queue.await(Duration.ofMinutes(1)));
    }

    @Test
    void awaitReturnsWithoutATaskAfterItsTimeout() throws Exception {
        assertFalse(queueOf(2, 9).await(Duration.ofMillis(5)));
    }
}
