// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure of several threads. Thread-safe. */
final class Failures {
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    void note(@Nullable Throwable failure) {
        if (failure != null) {
            first.compareAndSet(null, failure);
        }
    }

    boolean any() {
        return first.get() != null;
    }

    void rethrow() {
        Throwable failure = first.get();
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
