// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.List;

/** Sales from raw data to the server that counts them: events a second, and what an event costs the client's process. */
public final class DeliveryBench {
    private static final int ROUNDS = 7;

    private DeliveryBench() {}

    /**
     * By turns, each in a process of its own.
     *
     * @param isShort few sales, once: whether every way brings each of them
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        List<Turn> turns = List.of(
                Turn.of(isShort, "oursMemory", 60_000, 5_000),
                Turn.of(isShort, "oursSqlite", 60_000, 5_000),
                Turn.of(isShort, "oursPostgres", 10_000, 2_000),
                Turn.of(isShort, "metaSdk", 60_000, 5_000),
                Turn.of(isShort, "snowplow", 60_000, 5_000),
                Turn.of(isShort, "segment", 60_000, 5_000),
                Turn.of(isShort, "naive", 20_000, 2_000));
        return Rounds.run("DeliveryBench", turns, isShort ? 1 : ROUNDS);
    }
}
