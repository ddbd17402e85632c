// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulated time and what happens when. Tasks that are due at the same time run in an order that the seed decides. Not
 * thread-safe.
 *
 * <p>A task may let time pass: {@link #pass} runs what becomes due meanwhile, inside the task. So a slow call of one
 * machine does not stop the others.
 */
public final class Scheduler {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final SplittableRandom ties;
    private long now;
    private long scheduled;
    private boolean stopped;

    public Scheduler(SplittableRandom ties) {
        this.ties = ties;
    }

    private record Task(long time, int tie, long number, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(time, other.time);
            int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }
    }

    /** Returns the nanoseconds since the start of the simulation. */
    public long now() {
        return now;
    }

    /** Runs the action at this time, or at once if the time is past. */
    public void at(long time, Runnable action) {
        tasks.add(new Task(Math.max(time, now), ties.nextInt(), scheduled++, action));
    }

    /** Runs the action after this many nanoseconds. */
    public void after(long nanos, Runnable action) {
        at(now + Math.max(0, nanos), action);
    }

    public void after(Duration time, Runnable action) {
        after(time.toNanos(), action);
    }

    /** Runs nothing more. */
    public void stop() {
        stopped = true;
    }

    /** Runs everything that is due until this time, which is then the present. */
    public void runUntil(long end) {
        while (!stopped && !tasks.isEmpty() && tasks.peek().time <= end) {
            Task task = tasks.poll();
            now = Math.max(now, task.time);
            task.action.run();
        }
        if (!stopped) {
            now = Math.max(now, end);
        }
    }

    /** Lets time pass inside a task. An interrupt of the task is not seen by what runs meanwhile. */
    public void pass(long nanos) {
        boolean isInterrupted = Thread.interrupted();
        try {
            runUntil(now + nanos);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
