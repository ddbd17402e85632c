// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Runs workers on a modelled log by seeds. Each seed stores, reads, sends, settles, moves, commits and hands over
 * partitions in another order.
 */
class WindowModelTest {
    private static final int SEEDS = Integer.getInteger("epik.kafka.seeds", 60);

    /** With crashes, lost partitions, lost answers and records that are stored although writing them failed. */
    @Test
    void crashesLoseNoEvent() {
        int repeats = 0;
        int crashes = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelGroup group = new ModelGroup(new Random(seed), true);
            run(group, seed);
            repeats += group.repeats();
            crashes += group.crashes();
        }
        assertTrue(crashes > SEEDS, "crashes happen");
        assertTrue(repeats > 0, "crashes in which an answer is lost happen");
    }

    /** Partitions are handed over and writing fails, but no worker crashes. */
    @Test
    void withoutCrashesEachEventIsAcceptedOnce() {
        int handovers = 0;
        int moves = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelGroup group = new ModelGroup(new Random(1_000_000 + seed), false);
            run(group, seed);
            assertEquals(0, group.repeats(), "seed " + seed);
            handovers += group.handovers();
            moves += group.moves();
        }
        assertTrue(handovers > SEEDS, "partitions are handed over");
        assertTrue(moves > SEEDS, "events are moved");
    }

    private static void run(ModelGroup group, int seed) {
        try {
            group.run(1500);
            group.finish();
            group.assertNothingIsLost();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
