// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.List;

/**
 * The traffic and the faults of a simulation. Times are milliseconds from its start. Immutable.
 *
 * @param accounts the number of ad accounts; the n-th has a share of 1/n of the largest one's traffic
 * @param eventsPerSecond the average of all ad accounts together
 * @param dailyCurve whether traffic follows a day, with a peak of 1.8 times the average
 * @param revokedFrom the start of the time in which 1 % of the ad accounts are refused with 403
 * @param deaths the times at which workers are killed
 * @param killed the number of workers that are killed each time
 * @param freeze the time at which one worker stands still for 2 minutes
 */
record Scenario(
        long seed,
        int duration,
        int accounts,
        int workers,
        int partitions,
        int eventsPerSecond,
        boolean dailyCurve,
        int outageFrom,
        int outageTo,
        int revokedFrom,
        int revokedTo,
        List<Integer> deaths,
        int killed,
        int freeze) {
    static final int MINUTE = 60_000;
    static final int HOUR = 60 * MINUTE;

    Scenario {
        deaths = List.copyOf(deaths);
    }

    /** Returns a day: an outage from 12:00 to 13:00, 1 % revoked from 2:00 to 20:00. */
    static Scenario day(long seed) {
        List<Integer> deaths = List.of(16 * HOUR, 17 * HOUR, 18 * HOUR);
        return new Scenario(
                seed, 24 * HOUR, 10_000, 100, 300, 120, true, 12 * HOUR, 13 * HOUR, 2 * HOUR, 20 * HOUR, deaths, 3,
                19 * HOUR);
    }

    /** Returns the hour in which rules are compared. Its outage lasts a quarter of an hour. */
    static Scenario comparison(long seed) {
        List<Integer> deaths = List.of(10 * MINUTE);
        return new Scenario(
                seed,
                HOUR,
                5000,
                50,
                150,
                500,
                false,
                15 * MINUTE,
                30 * MINUTE,
                5 * MINUTE,
                HOUR,
                deaths,
                2,
                54 * MINUTE);
    }

    /** Returns a small run, for tests. */
    static Scenario small(long seed) {
        List<Integer> deaths = List.of(5 * MINUTE);
        return new Scenario(
                seed,
                30 * MINUTE,
                1000,
                10,
                30,
                60,
                false,
                10 * MINUTE,
                15 * MINUTE,
                2 * MINUTE,
                25 * MINUTE,
                deaths,
                1,
                20 * MINUTE);
    }

    boolean isOutage(int time) {
        return time >= outageFrom && time < outageTo;
    }

    boolean isRevoked(int time) {
        return time >= revokedFrom && time < revokedTo;
    }

    /** Returns the events per second at this time. */
    double rate(int time) {
        double share = (double) time / (24 * HOUR);
        return dailyCurve ? eventsPerSecond * (1 - 0.8 * Math.cos(2 * Math.PI * (share - 0.125))) : eventsPerSecond;
    }
}
