// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last requests of one ad account, and whether Pinterest took them. It does not have failed requests of one
 * suspect, because these are expected to fail. Does no I/O. Not thread-safe.
 */
final class RequestLog {
    private static final int MAX_SIZE = 40;

    /** The first size of the arrays, which grow when needed: most ad accounts have few requests. */
    private static final int FIRST_SIZE = 1;

    private static final int MUST_BE_TAKEN = 20;
    private static final Duration WITHIN = Duration.ofMinutes(30);
    private static final int OTHERS_IN_LOW_TRAFFIC = 3;
    private static final Duration LOW_TRAFFIC_WATCH = Duration.ofHours(24);

    private static final int MAX_NAMED = 200;

    /** @param failedAloneSince the value in the row; it differs after a redrive */
    private record Named(String reasonKey, Instant since, Instant failedAloneSince) {}

    private long[] times = new long[FIRST_SIZE];

    /** The lease of the failed batch, or of the batch of a failed part; an empty string if the request was taken. */
    private String[] failedLeases = new String[FIRST_SIZE];

    private int size;
    private int next;

    /**
     * The events that Pinterest named as failed, and when this process first saw that, because other nodes' clocks may
     * differ. An immutable map while it is empty, to save memory.
     */
    private Map<StoredEvent.Key, Named> named = Map.of();

    private long since;
    private long lastFailure;

    /** @param since when this process began to watch the ad account */
    RequestLog(Instant since) {
        this.since = since.toEpochMilli();
    }

    /** Forgets all requests, and starts to watch again. */
    void clear(Instant now) {
        size = 0;
        next = 0;
        since = now.toEpochMilli();
        lastFailure = 0;
        named = Map.of();
    }

    void taken(Instant now) {
        add(now, "");
    }

    /** @param root the claimed batch that the request sent, entirely or in part */
    void failed(Instant now, Batch root) {
        add(now, root.lease());
        lastFailure = now.toEpochMilli();
    }

    private void add(Instant now, String failedLease) {
        if (size == times.length && size < MAX_SIZE) {
            int larger = Math.min(2 * size, MAX_SIZE);
            times = Arrays.copyOf(times, larger);
            failedLeases = Arrays.copyOf(failedLeases, larger);
            next = size;
        }
        times[next] = now.toEpochMilli();
        failedLeases[next] = failedLease;
        next = (next + 1) % times.length;
        size = Math.min(size + 1, times.length);
    }

    /** Returns whether the last 20 requests of other events, all within 30 minutes, were taken. */
    boolean othersAreTaken(Instant now, Batch except) {
        long from = now.minus(WITHIN).toEpochMilli();
        int taken = 0;
        for (int i = 1; i <= size && taken < MUST_BE_TAKEN; i++) {
            int at = Math.floorMod(next - i, times.length);
            if (failedLeases[at].equals(except.lease())) {
                continue;
            }
            if (!failedLeases[at].isEmpty() || times[at] < from) {
                return false;
            }
            taken++;
        }
        return taken == MUST_BE_TAKEN;
    }

    /**
     * Returns whether another event was taken after Pinterest first named this one as failed for this reason. Remembers
     * the event if this is the first time.
     */
    boolean othersAreTakenSinceNamed(StoredEvent.Key event, String reasonKey, Instant failedAloneSince, Instant now) {
        Named before = named.get(event);
        boolean same = before != null
                && before.reasonKey.equals(reasonKey)
                && before.failedAloneSince.equals(failedAloneSince.truncatedTo(ChronoUnit.MILLIS));
        if (before == null || !same) {
            if (named.isEmpty()) {
                named = newestOnly();
            }
            named.put(event, new Named(reasonKey, now, failedAloneSince.truncatedTo(ChronoUnit.MILLIS)));
            return false;
        }
        boolean taken = takenSince(before.since.plusMillis(1)) > 0;
        if (taken) {
            named.remove(event); // it is rejected, and may be redriven
        }
        return taken;
    }

    private static Map<StoredEvent.Key, Named> newestOnly() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StoredEvent.Key, Named> eldest) {
                return size() > MAX_NAMED;
            }
        };
    }

    /**
     * Returns whether an event is to blame in an ad account with little traffic: it has failed alone for at least 24
     * hours, in which at least 3 others were taken and no other failed.
     */
    boolean blamesInLowTraffic(Instant failedAloneSince, Instant now) {
        Instant from = now.minus(LOW_TRAFFIC_WATCH);
        return !failedAloneSince.isAfter(from)
                && since <= from.toEpochMilli()
                && lastFailure < from.toEpochMilli()
                && takenSince(from) >= OTHERS_IN_LOW_TRAFFIC;
    }

    /** Returns whether a request was taken at this time or later. */
    boolean isAnyTakenSince(Instant time) {
        return takenSince(time) > 0;
    }

    private int takenSince(Instant time) {
        long from = time.toEpochMilli();
        int taken = 0;
        for (int i = 0; i < size; i++) {
            if (failedLeases[i].isEmpty() && times[i] >= from) {
                taken++;
            }
        }
        return taken;
    }
}
