// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The bounded queue in front of a writer thread. Thread-safe.
 *
 * <p>It is a monitor and allocates nothing after it was made. The queues and locks of {@code java.util.concurrent} allocate while they
 * wait and while they signal. If the process runs out of memory at that moment, they lose a signal or never open again.
 */
final class WriterQueue<T> {
    enum Offered {
        QUEUED,
        FULL,
        CLOSED
    }

    private final ArrayDeque<T> tasks;
    private final int capacity;
    private int waitingForRoom;
    private boolean closed;

    WriterQueue(int capacity) {
        this.capacity = capacity;
        this.tasks = new ArrayDeque<>(capacity);
    }

    /**
     * Queues the task; waits at most this long for room. An interrupted thread does not wait, but queues if there is room.
     *
     * @throws InterruptedException if there was no room, and the thread was interrupted
     */
    synchronized Offered offer(T task, Duration wait) throws InterruptedException {
        long end = 0;
        while (!closed && tasks.size() >= capacity) {
            long now = System.nanoTime();
            end = end == 0 ? now + wait.toNanos() : end;
            if (end - now <= 0) {
                return Offered.FULL;
            }
            waitingForRoom++;
            try {
                wait((end - now) / 1_000_000 + 1);
            } finally {
                waitingForRoom--;
            }
        }
        if (closed) {
            return Offered.CLOSED;
        }
        tasks.add(task);
        notifyAll();
        return Offered.QUEUED;
    }

    /**
     * Waits for tasks and moves at most this many into the list, which must have room for them. Returns false if the queue is closed and
     * empty.
     */
    synchronized boolean take(List<T> into, int max) throws InterruptedException {
        while (tasks.isEmpty() && !closed) {
            wait();
        }
        poll(into, max);
        return !into.isEmpty();
    }

    /** Moves at most this many tasks into the list without waiting. */
    synchronized void poll(List<T> into, int max) {
        for (int i = 0; i < max && !tasks.isEmpty(); i++) {
            into.add(tasks.remove());
        }
        if (waitingForRoom > 0) {
            notifyAll();
        }
    }

    /** From now on nothing is queued. What is queued can still be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
