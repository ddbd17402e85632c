// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides which waiting events of the window go to a retry topic, so that others can be read. A pure function; all
 * times are in ms.
 *
 * <ol>
 *   <li>Events that cannot be sent within the next minute, because the pause of their ad account or their own delay
 *       ends later.
 *   <li>If the window is full: events of ad accounts that have settled nothing for 5 s, all but the next batch.
 *   <li>If a partition has read far past its first unsettled record: the old events of such ad accounts, and the old
 *       suspects of all. Otherwise one of them would soon stop the partition for all.
 *   <li>If a partition is stopped by that while the window has room: its old events that were read over a minute ago.
 * </ol>
 *
 * <p>Nothing is moved if no event was accepted in the last minute. That is an outage, in which each event would be
 * copied again and again. A full window then moves only what waits for over a minute, and only few: an ad account whose
 * access was revoked may be in front of one that works.
 */
final class MoveRule {
    /** An event that can be sent sooner than this stays. */
    static final long NEAR = 60_000;

    /** An ad account is slow if it has settled nothing for this long. */
    static final long SLOW_AFTER = 5_000;

    /** If no event was accepted for this long, that is an outage. */
    static final long OUTAGE_AFTER = 60_000;

    private static final int BATCH = 1_000;

    /** In an outage, a window is moved in at least this time. */
    private static final int SECONDS_OF_A_WINDOW_IN_AN_OUTAGE = 10;

    private MoveRule() {}

    /**
     * The state of the window.
     *
     * @param maxSpan reading a partition stops above this {@link Waiting#span}
     * @param isFull whether reading has stopped
     * @param isOutage whether no event was accepted in the last minute
     * @param slowAccounts how many ad accounts have settled nothing for {@link #SLOW_AFTER}
     */
    record Situation(long now, int capacity, int maxSpan, boolean isFull, boolean isOutage, int slowAccounts) {
        /** Returns how many events a slow ad account keeps: a batch, and together at most half of the window. */
        int keptOfSlowAccount() {
            return Math.min(BATCH, capacity / 2 / Math.max(1, slowAccounts));
        }

        /** Returns how many events are moved in one second at most. */
        int maxMoves() {
            if (!isOutage) {
                return Integer.MAX_VALUE;
            }
            return isFull ? Math.max(1, capacity / SECONDS_OF_A_WINDOW_IN_AN_OUTAGE) : 0;
        }
    }

    /** An event that waits. Times are in ms. */
    interface Waiting {
        /** Returns when it can be claimed. */
        long readyAt();

        /** Returns when its record was read. */
        long readAt();

        /** Returns whether it has failed alone: then it waits between its retries. */
        boolean isSuspect();

        /** Returns whether it soon keeps later records of its partition from being read. */
        boolean isObstacle();

        /** Returns how far its partition has read past the first unsettled record. */
        int span();
    }

    /** Returns whether an ad account is slow. */
    static boolean isSlow(long now, long lastProgress) {
        return now - lastProgress >= SLOW_AFTER;
    }

    /**
     * Returns what of one ad account is moved.
     *
     * @param unclaimed its events that are not being sent, in the order in which they can be claimed
     * @param pausedUntil when the pause of the ad account ends; 0 if it does not pause
     */
    static <E extends Waiting> List<E> choose(
            Situation situation, List<E> unclaimed, long pausedUntil, boolean isSlow) {
        List<E> moved = new ArrayList<>();
        int kept = 0;
        for (E each : unclaimed) {
            boolean isFar = Math.max(each.readyAt(), pausedUntil) - situation.now > NEAR;
            boolean isTooMany = isSlow && situation.isFull && kept >= situation.keptOfSlowAccount();
            if (isFar || (!situation.isOutage && (isTooMany || isInTheWay(situation, each, isSlow)))) {
                moved.add(each);
            } else {
                kept++;
            }
        }
        return moved;
    }

    private static boolean isInTheWay(Situation situation, Waiting event, boolean isSlow) {
        boolean stopsReading =
                !situation.isFull && event.span() > situation.maxSpan && situation.now - event.readAt() > NEAR;
        return event.isObstacle() && (isSlow || event.isSuspect() || stopsReading);
    }
}
