// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A timer whose tasks are due when the test says so. */
final class ManualTimer implements DelayTimer {
    private final List<Task> scheduled = new CopyOnWriteArrayList<>();

    /** Two of them are never equal. */
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

    /** Runs everything that is scheduled and not cancelled. */
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
