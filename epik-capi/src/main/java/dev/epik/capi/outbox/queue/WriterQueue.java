// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The bounded queue of tasks for a writer or worker thread. Thread-safe.
 *
 * <p>Tasks that callers wait for go before bulk tasks, but never displace them altogether.
 *
 * <p>It is a monitor and allocates nothing after it was made. The queues and locks of {@code java.util.concurrent}
 * allocate while they wait and while they signal. If the process runs out of memory at that moment, they lose a signal
 * or never open again.
 */
public final class WriterQueue<T> {
    /** The result of offering a task. */
    public enum Offered {
        QUEUED,
        FULL,
        CLOSED
    }

    /** Whether a caller waits for the task, or it belongs to an import. */
    public enum Priority {
        NORMAL,
        BULK
    }

    private final ArrayDeque<T> tasks;
    private final ArrayDeque<T> bulk;
    private final int capacity;
    private final long maxBytes;
    private final ToLongFunction<? super T> size;
    private long bytes;
    private int waitingForRoom;
    private boolean closed;

    public WriterQueue(int capacity) {
        this(capacity, Long.MAX_VALUE, task -> 0);
    }

    /**
     * Creates a queue that is also bounded by size.
     *
     * @param maxBytes of all tasks together; a task that is larger is queued if the queue is empty
     * @param size the bytes of a task
     */
    public WriterQueue(int capacity, long maxBytes, ToLongFunction<? super T> size) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.size = size;
        this.tasks = new ArrayDeque<>(capacity);
        this.bulk = new ArrayDeque<>();
    }

    /**
     * Queues the task; waits at most this long for room. An interrupted thread does not wait, but queues if there is
     * room.
     *
     * @throws InterruptedException if there was no room, and the thread was interrupted
     */
    public synchronized Offered offer(T task, Duration wait) throws InterruptedException {
        long end = 0;
        while (!closed && !hasRoom(task)) {
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
        return offer(task, Priority.NORMAL);
    }

    /** Queues the task if there is room. */
    public synchronized Offered offer(T task, Priority priority) {
        if (closed) {
            return Offered.CLOSED;
        }
        if (!hasRoom(task)) {
            return Offered.FULL;
        }
        bytes += size.applyAsLong(task);
        (priority == Priority.BULK ? bulk : tasks).add(task);
        notifyAll();
        return Offered.QUEUED;
    }

    private boolean hasRoom(T task) {
        int queued = size();
        return queued == 0 || (queued < capacity && bytes + size.applyAsLong(task) <= maxBytes);
    }

    /** Puts tasks back to the front, whether there is room or not, also if the queue is closed. */
    public synchronized void putBack(List<T> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            bytes += size.applyAsLong(taken.get(i));
            tasks.addFirst(taken.get(i));
        }
        notifyAll();
    }

    /**
     * Waits for tasks and moves at most this many into the list, which must have room for them. Returns false if the
     * queue is closed and empty.
     */
    public synchronized boolean take(List<T> into, int max) throws InterruptedException {
        while (isEmpty() && !closed) {
            wait();
        }
        poll(into, max, 0);
        return !into.isEmpty();
    }

    /** Waits for a task for at most this long, or until the queue is closed. Returns whether there is a task. */
    public synchronized boolean await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (isEmpty() && !closed) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return !isEmpty();
    }

    public synchronized int size() {
        return tasks.size() + bulk.size();
    }

    /** Returns whether at least half of the room is free, in tasks and in bytes. */
    public synchronized boolean isHalfEmpty() {
        return size() <= capacity / 2 && bytes <= maxBytes / 2;
    }

    public synchronized boolean isEmpty() {
        return tasks.isEmpty() && bulk.isEmpty();
    }

    /**
     * Moves at most this many tasks into the list without waiting.
     *
     * @param minBulk how many bulk tasks are among them if other tasks could fill the list
     */
    public synchronized void poll(List<T> into, int max, int minBulk) {
        int others = Math.min(tasks.size(), max - Math.min(minBulk, bulk.size()));
        move(tasks, into, others);
        move(bulk, into, others == 0 ? max : Math.min(minBulk, max - others));
        if (waitingForRoom > 0) {
            notifyAll();
        }
    }

    private void move(ArrayDeque<T> from, List<T> into, int max) {
        for (int i = 0; i < max && !from.isEmpty(); i++) {
            T task = from.remove();
            bytes -= size.applyAsLong(task);
            into.add(task);
        }
    }

    /** Removes the tasks that need not be run any more. */
    public synchronized void removeIf(Predicate<? super T> isDone) {
        Predicate<T> remove = task -> {
            boolean done = isDone.test(task);
            bytes -= done ? size.applyAsLong(task) : 0;
            return done;
        };
        tasks.removeIf(remove);
        bulk.removeIf(remove);
        if (waitingForRoom > 0) {
            notifyAll();
        }
    }

    /** Closes the queue to new tasks. Tasks that are queued can still be taken. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    public synchronized boolean isClosed() {
        return closed;
    }
}
