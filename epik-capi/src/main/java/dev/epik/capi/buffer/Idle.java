// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.buffer;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that nobody has, each at the place of the threads that may take it. Never waits: where a place is empty its thread makes another, and
 * where it is taken the one that comes back is dropped. Not thread-locals: a container's threads would keep those, and the class loader of a stopped
 * application.
 */
public final class Idle<T> {
    /** A power of two. */
    private static final int PLACES = 64;

    private final AtomicReferenceArray<T> places = new AtomicReferenceArray<>(PLACES);

    /** Null where there is none. */
    public @Nullable T take() {
        return places.getAndSet(place(), null);
    }

    /** Wiped by the caller, who does not use it any more. */
    public void give(T wiped) {
        places.setRelease(place(), wiped);
    }

    private static int place() {
        return (int) Thread.currentThread().getId() & (PLACES - 1);
    }
}
