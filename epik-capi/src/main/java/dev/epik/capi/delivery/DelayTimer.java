// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs short tasks after a delay. Thread-safe. */
interface DelayTimer extends AutoCloseable {
    /** Runs the task after the delay. Running the returned handle before that cancels the task. */
    Runnable schedule(Runnable task, Duration delay);

    /** Cancels all scheduled tasks. */
    @Override
    void close();

    /** Returns a timer with one daemon thread, which starts with the first task and ends 10 s after the last one. */
    static DelayTimer onDaemonThread(String threadName) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
        return new DelayTimer() {
            @Override
            public Runnable schedule(Runnable task, Duration delay) {
                ScheduledFuture<?> scheduled = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
                return () -> scheduled.cancel(false);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
