// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.List;

/**
 * On one PostgreSQL: eight threads of a shop store, one transaction for each sale; it is over when all are sent, and nothing is left to do for
 * any.
 */
public final class EndToEndBench {
    private static final int ROUNDS = 5;

    private EndToEndBench() {}

    /**
     * By turns, each in a process of its own, on a database of its own.
     *
     * @param isShort few sales, once: whether every way brings each of them
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        List<Turn> turns = List.of(
                Turn.of(isShort, "oursPostgres", 10_000, 2_000),
                Turn.of(isShort, "oursInTransaction", 10_000, 2_000),
                Turn.of(isShort, "oursBulk", 40_000, 5_000),
                Turn.of(isShort, "gruelbox", 3_000, 500),
                Turn.of(isShort, "dbScheduler", 3_000, 500));
        return Rounds.run("EndToEndBench", turns, isShort ? 1 : ROUNDS);
    }
}
