// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import dev.epik.capi.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit of one transaction: 1,000 events, and 4 MB of JSON unless it is a single event. It bounds the log of the
 * database and the time that other work waits. Not thread-safe.
 */
public final class TransactionSize {
    static final int MAX_EVENTS = 1000;
    private static final long MAX_BYTES = 4 << 20;

    private int events;
    private long bytes;

    /**
     * Counts these events. Returns false, and counts nothing, if something was counted before and they do not fit with
     * that.
     */
    public boolean add(List<StoredEvent> more) {
        long size = more.stream().mapToLong(StoredEvent::bytes).sum();
        if (events > 0 && (events + more.size() > MAX_EVENTS || bytes + size > MAX_BYTES)) {
            return false;
        }
        events += more.size();
        bytes += size;
        return true;
    }

    /** Cuts events into parts for one transaction each, in their order. */
    public static List<List<StoredEvent>> cut(List<StoredEvent> all) {
        List<List<StoredEvent>> parts = new ArrayList<>();
        TransactionSize size = new TransactionSize();
        int from = 0;
        for (int i = 0; i < all.size(); i++) {
            List<StoredEvent> one = all.subList(i, i + 1);
            if (!size.add(one)) {
                parts.add(all.subList(from, i));
                from = i;
                size = new TransactionSize();
                size.add(one);
            }
        }
        parts.add(all.subList(from, all.size()));
        return parts;
    }
}
