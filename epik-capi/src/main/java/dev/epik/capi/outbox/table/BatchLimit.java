// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

/**
 * Limits the bytes of a batch while it is being filled. The first event of a batch is taken whatever its size;
 * otherwise an event that is larger than the limit could never be sent. Not thread-safe.
 */
public final class BatchLimit {
    private final long maxBytes;
    private long bytes;

    public BatchLimit(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Counts an event, whether it fits or not.
     *
     * @param taken how many events are in the batch already
     * @return false if the event does not fit: the batch is full
     */
    public boolean add(int taken, long size) {
        bytes += size;
        return bytes <= maxBytes || taken == 0;
    }

    /** Returns whether more bytes were counted than the batch may have. */
    public boolean isExceeded() {
        return bytes > maxBytes;
    }
}
