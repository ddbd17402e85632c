// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.fast;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free pool of at most 64 reusable buffers, striped by thread id. A thread uses one slot only: {@code acquire}
 * returns null if the slot is empty, and {@code release} drops the buffer that is already there. Neither ever waits.
 *
 * <p>Thread-locals would be simpler, but the threads of a container would keep them after the application has stopped,
 * and with them its class loader.
 *
 * <p>Thread-safe.
 */
final class BufferPool<T> {
    /** A power of two. */
    private static final int SLOTS = 64;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS);

    /** Returns a buffer that belongs to the caller until it is released; null if there is none. */
    @Nullable
    T acquire() {
        return slots.getAndSet(slot(), null);
    }

    /** Takes a buffer back. The caller has wiped it and does not use it any more. */
    void release(T wiped) {
        slots.setRelease(slot(), wiped);
    }

    private static int slot() {
        return (int) Thread.currentThread().getId() & (SLOTS - 1);
    }
}
