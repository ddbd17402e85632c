// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The events that the outbox is storing, so that a client that is closed can wait for them. Thread-safe. */
final class PendingSubmits {
    private final Map<Object, CompletableFuture<?>> storing = new ConcurrentHashMap<>();

    /** Makes {@link #await} wait for the future, and returns it. */
    <T> CompletableFuture<T> add(CompletableFuture<T> answer) {
        if (!answer.isDone()) {
            Object key = new Object();
            storing.put(key, answer);
            var unused = answer.whenComplete((any, e) -> storing.remove(key));
        }
        return answer;
    }

    /** Waits until all of them are completed, for at most this long. */
    void await(Duration time) throws InterruptedException {
        try {
            CompletableFuture.allOf(storing.values().toArray(CompletableFuture<?>[]::new))
                    .get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ignored) {
            // each caller gets a result of its own
        }
    }
}
