// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.List;

/**
 * Delivers sales from raw data to a counting server: events per second, and CPU time of the client's process per event.
 */
public final class DeliveryBench {
    private static final int ROUNDS = 7;

    private DeliveryBench() {}

    /**
     * Runs all clients in turns, each in its own process.
     *
     * @param isShort delivers few sales once, and only checks that each client delivers all of them
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        List<ClientRun> turns = List.of(
                ClientRun.of(isShort, "oursMemory", 60_000, 5_000),
                ClientRun.of(isShort, "oursSqlite", 60_000, 5_000),
                ClientRun.of(isShort, "oursPostgres", 10_000, 2_000),
                ClientRun.of(isShort, "metaSdk", 60_000, 5_000),
                ClientRun.of(isShort, "snowplow", 60_000, 5_000),
                ClientRun.of(isShort, "segment", 60_000, 5_000),
                ClientRun.of(isShort, "naive", 20_000, 2_000));
        return Rounds.run("DeliveryBench", turns, isShort ? 1 : ROUNDS);
    }
}
