// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

/**
 * Decides whether a window takes more events: by their number, and by the length of their JSON. A pure function.
 *
 * @param capacity how many events are held at most
 * @param maxPoll how many records are read at once
 * @param maxBytes the length of all JSON after which nothing is taken. The last event may exceed it, so that an event
 *     of any size is taken by an empty window
 */
record WindowRoom(int capacity, int maxPoll, long maxBytes) {
    /** The limit of a worker. A character of JSON is one byte in memory, or two if any is outside of Latin-1. */
    static final long MAX_BYTES = 64 << 20;

    /** Returns whether reading stops: there may be no room for all that one read returns, or none for a next event. */
    boolean isFull(int events, long bytes) {
        return events + maxPoll > capacity || !takes(bytes);
    }

    /** Returns whether the next event is taken. */
    boolean takes(long bytes) {
        return bytes < maxBytes;
    }

    /**
     * Returns how many events of this size a window has room for. {@link MoveRule} leaves ad accounts that are slow a
     * share of it.
     */
    int capacityOf(int events, long bytes) {
        return takes(bytes) ? capacity : Math.max(1, Math.min(capacity, events));
    }
}
