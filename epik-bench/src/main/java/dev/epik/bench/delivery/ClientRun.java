// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * The parameters of a client process.
 *
 * @param way the client's name
 * @param events the number of measured events
 * @param warmUpSeconds the minimum time of the warm-up, which also delivers at least three times the measured events;
 *     0: no warm-up
 * @param chunk the number of events per delivery of the warm-up
 */
record ClientRun(String way, int events, int warmUpSeconds, int chunk) {
    /**
     * The minimum warm-up as a multiple of the events; on a busy machine, the time alone would not suffice to compile.
     */
    static final int WARM_UP_TIMES = 3;

    private static final int SHORT_EVENTS = 300;

    static ClientRun of(boolean isShort, String way, int events, int chunk) {
        return isShort ? new ClientRun(way, SHORT_EVENTS, 0, 0) : new ClientRun(way, events, 5, chunk);
    }

    /** Returns whether this run only checks that all events arrive. */
    boolean isShort() {
        return warmUpSeconds == 0;
    }

    /** Returns whether the client stores its events in PostgreSQL. */
    boolean needsDatabase() {
        return switch (way) {
            case "oursPostgres", "oursInTransaction", "oursBulk", "gruelbox", "dbScheduler" -> true;
            default -> false;
        };
    }

    List<String> words() {
        return List.of(way, Integer.toString(events), Integer.toString(warmUpSeconds), Integer.toString(chunk));
    }

    static ClientRun of(List<String> words) {
        return new ClientRun(
                words.get(0),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)));
    }
}
