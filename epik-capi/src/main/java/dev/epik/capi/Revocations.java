// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.event.json.ErasureMatch;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the events of visitors who have revoked their consent. The click ids wait in a small set on the heap, so a
 * crash loses them. One search of the outbox serves all of them.
 *
 * <p><b>Threads.</b> Thread-safe. One daemon, "epik-revoke", exists while click ids wait. If it dies, the next call
 * starts another one.
 *
 * <p><b>If the outbox fails</b>, the search is repeated until it works or the client is closed.
 *
 * <p><b>Load.</b> Searches are at least 5 s apart and take at most a twentieth of the time.
 */
final class Revocations {
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    static final int MAX_CLICK_IDS = 10_000;
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);

    /** An event that is being sent is tried again by later searches, for a minute and longer. */
    private static final int MAX_SEARCHES = 15;

    private static final int MIN_PAUSE_PER_SEARCH = 20;

    private final Outbox outbox;
    private final LongSupplier nanos;
    private final Duration minInterval;

    // All are guarded by this.
    private final Map<String, Integer> searches = new HashMap<>();
    private long dueAt;
    private @Nullable Thread thread;
    private boolean isClosed;
    private boolean hasWarned;

    Revocations(Outbox outbox, LongSupplier nanos) {
        this(outbox, nanos, MIN_INTERVAL);
    }

    /** @param minInterval the time between two searches, at least */
    Revocations(Outbox outbox, LongSupplier nanos, Duration minInterval) {
        this.outbox = outbox;
        this.minInterval = minInterval;
        this.nanos = nanos;
        this.dueAt = nanos.getAsLong();
    }

    /** Remembers a click id for the next search. Never waits for the outbox and never throws. */
    void add(String clickId) {
        try {
            if (!remember(clickId)) {
                warnOnce("The events of a visitor who has revoked the consent are not cancelled: " + MAX_CLICK_IDS
                        + " other visitors wait for a search of the outbox");
            }
        } catch (Throwable e) { // such as an OutOfMemoryError: no thread can be created
            JvmErrors.rethrow(e);
        }
    }

    private synchronized boolean remember(String clickId) {
        if (isClosed || clickId.isBlank()) {
            return true;
        }
        if (searches.size() >= MAX_CLICK_IDS && !searches.containsKey(clickId)) {
            return false;
        }
        searches.put(clickId, 0);
        if (thread == null || !thread.isAlive()) {
            Thread created = new Thread(this::run, "epik-revoke");
            created.setDaemon(true);
            thread = created;
            created.start();
        }
        return true;
    }

    private void run() {
        for (Set<String> clickIds = next(); !clickIds.isEmpty(); clickIds = next()) {
            long begun = nanos.getAsLong();
            boolean isDone = false;
            boolean isFailed = true;
            try {
                isDone = cancelAll(clickIds);
                isFailed = false;
            } catch (Throwable e) { // of any type: the outbox may be the shop's own
                JvmErrors.rethrow(e);
                warnOnce("The events of visitors who have revoked the consent could not be cancelled yet: "
                        + SubmitResults.describe(e));
            }
            searched(clickIds, isDone, isFailed, nanos.getAsLong() - begun);
        }
    }

    /** Waits until a search is due, and returns the click ids. Empty if none waits: then the thread ends. */
    private synchronized Set<String> next() {
        try {
            while (!searches.isEmpty() && !isClosed && dueAt - nanos.getAsLong() > 0) {
                wait(Math.max(1, Duration.ofNanos(dueAt - nanos.getAsLong()).toMillis()));
            }
        } catch (InterruptedException e) {
            searches.clear(); // the client is closed and waits no longer
        }
        if (searches.isEmpty()) {
            thread = null;
        }
        return Set.copyOf(searches.keySet());
    }

    /** Cancels the events; returns false if one of them is being sent. */
    private boolean cancelAll(Set<String> clickIds) {
        ErasureMatch match = new ErasureMatch(Set.of(), clickIds);
        boolean isDone = true;
        for (FoundEvent found : outbox.find(event -> match.matches(event.json()))) {
            isDone &= outbox.cancel(found.key()) != CancelResult.TOO_LATE;
        }
        return isDone;
    }

    /** Counts the search, unless it failed: an outage of the outbox may be long. */
    private synchronized void searched(Set<String> clickIds, boolean isDone, boolean isFailed, long nanosTaken) {
        int counted = isFailed ? 0 : 1;
        for (String clickId : clickIds) {
            boolean isLast = isDone || isClosed || searches.getOrDefault(clickId, 0) + counted >= MAX_SEARCHES;
            searches.computeIfPresent(clickId, (same, count) -> isLast ? null : count + counted);
        }
        dueAt = nanos.getAsLong() + Math.max(minInterval.toNanos(), MIN_PAUSE_PER_SEARCH * nanosTaken);
    }

    private void warnOnce(String message) {
        synchronized (this) {
            if (hasWarned) {
                return;
            }
            hasWarned = true;
        }
        ContainedLog.log(LOG, Level.WARNING, "{0}", message);
    }

    /** Takes no more click ids, searches at once for those that wait, and waits for that for at most this long. */
    void close(Duration limit) {
        Thread last;
        synchronized (this) {
            isClosed = true;
            last = thread;
            notifyAll();
        }
        if (last == null) {
            return;
        }
        try {
            last.join(Math.max(1, limit.toMillis())); // zero would wait without a limit
            last.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
