// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A timer that runs its tasks when the test calls {@link #expire}. */
final class ManualTimer implements DelayTimer {
    private final List<Task> scheduled = new CopyOnWriteArrayList<>();

    /** A task with identity equality. */
    private static final class Task {
        final Runnable work;

        Task(Runnable work) {
            this.work = work;
        }
    }

    @Override
    public Runnable schedule(Runnable task, Duration delay) {
        Task added = new Task(task);
        scheduled.add(added);
        return () -> scheduled.remove(added);
    }

    int scheduled() {
        return scheduled.size();
    }

    /** Runs all scheduled tasks that are not cancelled. */
    void expire() {
        for (Task task : List.copyOf(scheduled)) {
            if (scheduled.remove(task)) {
                task.work.run();
            }
        }
    }

    @Override
    public void close() {
        scheduled.clear();
    }
}
