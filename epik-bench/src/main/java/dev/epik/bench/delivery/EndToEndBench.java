// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.List;

/**
 * End to end on one PostgreSQL server: 8 threads store sales in one transaction each. A run ends when all sales have
 * been sent and settled.
 */
public final class EndToEndBench {
    private static final int ROUNDS = 5;

    private EndToEndBench() {}

    /**
     * Runs all clients in turns, each in its own process and database.
     *
     * @param isShort delivers few sales once, and only checks that each client delivers all of them
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        List<ClientRun> turns = List.of(
                ClientRun.of(isShort, "oursPostgres", 10_000, 2_000),
                ClientRun.of(isShort, "oursInTransaction", 10_000, 2_000),
                ClientRun.of(isShort, "oursBulk", 40_000, 5_000),
                ClientRun.of(isShort, "gruelbox", 3_000, 500),
                ClientRun.of(isShort, "dbScheduler", 3_000, 500));
        return Rounds.run("EndToEndBench", turns, isShort ? 1 : ROUNDS);
    }
}
