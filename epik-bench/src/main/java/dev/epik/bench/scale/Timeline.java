// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The simulated clock and the work that is due. Times are milliseconds from the start of the simulation. Work of one
 * millisecond runs in the order in which it was scheduled. Not thread-safe.
 */
final class Timeline {
    /** The milliseconds that have a list of their own. Later work waits in a queue. */
    private static final int SLOTS = 1 << 17;

    private final @Nullable Task[] first = new Task[SLOTS];
    private final @Nullable Task[] last = new Task[SLOTS];
    private final PriorityQueue<Task> later = new PriorityQueue<>();
    private int now;
    private long order;
    private long steps;

    int now() {
        return now;
    }

    /** Returns the number of tasks that were run. */
    long steps() {
        return steps;
    }

    /** Schedules work. A time in the past means now. */
    void at(int time, Runnable work) {
        Task task = new Task(Math.max(time, now), order++, work);
        if (task.time - now < SLOTS) {
            add(task);
        } else {
            later.add(task);
        }
    }

    private void add(Task task) {
        int slot = task.time & (SLOTS - 1);
        Task before = last[slot];
        if (before == null) {
            first[slot] = task;
        } else {
            before.next = task;
        }
        last[slot] = task;
    }

    /** Runs all work before this time. */
    void runUntil(int end) {
        for (; now < end; now++) {
            for (Task task = later.peek(); task != null && task.time == now; task = later.peek()) {
                later.remove();
                run(task);
            }
            int slot = now & (SLOTS - 1);
            for (Task task = first[slot]; task != null; task = task.next) {
                run(task);
            }
            first[slot] = null;
            last[slot] = null;
        }
    }

    private void run(Task task) {
        steps++;
        task.work.run();
    }

    private static final class Task implements Comparable<Task> {
        final int time;
        final long order;
        final Runnable work;

        @Nullable
        Task next;

        Task(int time, long order, Runnable work) {
            this.time = time;
            this.order = order;
            this.work = work;
        }

        @Override
        public int compareTo(Task other) {
            return time != other.time ? Integer.compare(time, other.time) : Long.compare(order, other.order);
        }
    }
}
