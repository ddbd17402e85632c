// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The share of stored web events that have a click id, over the last hours and over seven days. It is kept by the hour
 * in memory, and begins anew with the process. Thread-safe.
 */
public final class ClickIdCoverage {
    /** The time whose coverage is compared with that of the week. */
    public static final Duration RECENT = Duration.ofHours(6);

    private static final int HOURS = 7 * 24;
    private static final int RECENT_HOURS = (int) RECENT.toHours();

    /** The minimum number of events. A share of fewer events means little and is not reported. */
    private static final long MIN_RECENT = 30;

    private static final long MIN_WEEK = 200;
    private static final long MILLIS = Duration.ofHours(1).toMillis();

    private final long[] hours = new long[HOURS];
    private final long[] events = new long[HOURS];
    private final long[] withClickId = new long[HOURS];

    public ClickIdCoverage() {
        Arrays.fill(hours, Long.MIN_VALUE);
    }

    /** Counts stored events, at a time in epoch milliseconds. */
    synchronized void count(long stored, long storedWithClickId, long now) {
        long hour = Math.floorDiv(now, MILLIS);
        int slot = (int) Math.floorMod(hour, (long) HOURS);
        if (hours[slot] != hour) {
            hours[slot] = hour;
            events[slot] = 0;
            withClickId[slot] = 0;
        }
        events[slot] += stored;
        withClickId[slot] += storedWithClickId;
    }

    /** Returns the share of the last {@link #RECENT}, from 0 to 1; empty with fewer than 30 events. */
    public OptionalDouble recent(long now) {
        return share(now, RECENT_HOURS, MIN_RECENT);
    }

    /** Returns the share of the last seven days, from 0 to 1; empty with fewer than 200 events. */
    public OptionalDouble week(long now) {
        return share(now, HOURS, MIN_WEEK);
    }

    /** Returns whether the share of the last hours is less than half of that of the week. */
    public boolean hasFallen(long now) {
        OptionalDouble recent = recent(now);
        OptionalDouble week = week(now);
        return recent.isPresent() && week.isPresent() && recent.getAsDouble() < week.getAsDouble() / 2;
    }

    private synchronized OptionalDouble share(long now, int lastHours, long min) {
        long hour = Math.floorDiv(now, MILLIS);
        long all = 0;
        long with = 0;
        for (int i = 0; i < HOURS; i++) {
            if (hours[i] <= hour && hours[i] > hour - lastHours) {
                all += events[i];
                with += withClickId[i];
            }
        }
        return all < min ? OptionalDouble.empty() : OptionalDouble.of((double) with / all);
    }
}
