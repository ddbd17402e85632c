// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The size of one schedule, drawn from its seed.
 *
 * @param processes engines that share the store
 * @param trouble the time with faults
 * @param after the time without faults afterwards
 * @param burst the events that are stored together at the start
 * @param saleEvery the mean time between two sales
 * @param intensity the number of faults of calls: 0 for none, 1 for the usual number
 * @param outages the outages of Pinterest
 * @param poison the number of poison events
 */
record Plan(
        StoreKind store,
        int processes,
        int accounts,
        Duration trouble,
        Duration after,
        int burst,
        Duration saleEvery,
        double intensity,
        int outages,
        int poison,
        boolean storeClockMoves,
        boolean wallClocksMove) {
    /** The kind of store. */
    enum StoreKind {
        MODEL,
        MEMORY,
        SQLITE,
        /** A {@link GroupStore}. */
        GROUP
    }

    static Plan draw(SplittableRandom random, StoreKind store) {
        boolean slowStore = store == StoreKind.SQLITE;
        double minutes = slowStore ? 1.5 + 3 * random.nextDouble() : 4 * Math.pow(10, random.nextDouble());
        boolean calm = random.nextInt(5) == 0;
        return new Plan(
                store,
                slowStore || random.nextInt(5) < 3 ? 1 : random.nextInt(2, 4),
                1 + random.nextInt(random.nextInt(5) + 1),
                Duration.ofMillis((long) (minutes * 60_000)),
                random.nextInt(20) == 0 && !slowStore ? Duration.ofHours(27) : Duration.ofHours(3),
                random.nextInt(3) == 0 ? random.nextInt(60) : random.nextInt(6),
                Duration.ofMillis((long) (1000 * Math.pow(10, 0.3 + 1.7 * random.nextDouble()))),
                calm ? 0 : Math.pow(random.nextDouble(), 2) * 2,
                random.nextInt(4),
                random.nextInt(2) * random.nextInt(4),
                !calm && random.nextInt(6) == 0,
                !calm && random.nextInt(4) == 0);
    }

    /** Returns whether the calls of an engine have no faults. */
    boolean isCalm() {
        return intensity == 0;
    }
}
