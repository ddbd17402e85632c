// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * What a client process is told to do.
 *
 * @param events how many are measured
 * @param warmUpSeconds at the least, and at least three times the events that are measured; none where zero
 * @param chunk how many are delivered at a time while it warms up
 */
record Turn(String way, int events, int warmUpSeconds, int chunk) {
    /** Or a busy machine would be measured while it still compiles. */
    static final int WARM_UP_TIMES = 3;

    private static final int SHORT_EVENTS = 300;

    static Turn of(boolean isShort, String way, int events, int chunk) {
        return isShort ? new Turn(way, SHORT_EVENTS, 0, 0) : new Turn(way, events, 5, chunk);
    }

    /** Then it is about whether all arrive, and not how fast. */
    boolean isShort() {
        return warmUpSeconds == 0;
    }

    /** Whether the way keeps its events in PostgreSQL. */
    boolean needsDatabase() {
        return switch (way) {
            case "oursPostgres", "oursInTransaction", "oursBulk", "gruelbox", "dbScheduler" -> true;
            default -> false;
        };
    }

    List<String> words() {
        return List.of(way, Integer.toString(events), Integer.toString(warmUpSeconds), Integer.toString(chunk));
    }

    static Turn of(List<String> words) {
        return new Turn(
                words.get(0),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)));
    }
}
