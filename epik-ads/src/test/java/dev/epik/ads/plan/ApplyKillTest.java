// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.Await;
import dev.epik.testing.ChildJvm;
import dev.epik.testkit.WriteFault;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process with {@code kill -9} at every point of every write of a plan. A second apply completes it, and
 * nothing is there twice.
 */
@Timeout(900)
class ApplyKillTest {
    private static final int EVERY_THIRD = 3;
    private static final String[] POINTS = {"ANNOUNCED", "SENT", "ANSWERED", "STORED"};

    @TempDir
    private Path directory;

    @Test
    void everyThirdWriteIsInterrupted() throws Exception {
        int point = 0;
        for (int write = 1; write <= BigPlan.WRITES; write += EVERY_THIRD) {
            interruptCreations(write, POINTS[point]);
            point = (point + 1) % POINTS.length;
        }
    }

    @Test
    @Tag("full")
    void everyWriteIsInterruptedAtEveryPoint() throws Exception {
        for (int write = 1; write <= BigPlan.WRITES; write++) {
            for (String point : POINTS) {
                interruptCreations(write, point);
            }
        }
    }

    @Test
    void changesAndActivationsAreInterrupted() throws Exception {
        interruptActivations(2, "ANNOUNCED"); // a pause
        interruptActivations(3, "ANSWERED"); // a change
        interruptActivations(9, "SENT"); // the activation of a campaign
    }

    @Test
    @Tag("full")
    void everyChangeAndActivationIsInterruptedAtEveryPoint() throws Exception {
        for (int write = 1; write <= ActivatingPlan.WRITES; write++) {
            for (String point : POINTS) {
                interruptActivations(write, point);
            }
        }
    }

    private void interruptCreations(int write, String point) throws Exception {
        String round = "write " + write + ", " + point;
        try (PlanFixture at = new PlanFixture(Files.createDirectory(directory.resolve("w" + write + point)))) {
            Files.writeString(at.path, BigPlan.text());
            interrupt(at, write, point);
            assertEquals(point.equals("ANNOUNCED") ? write - 1 : write, entities(at), round);
            ApplyReport second = at.planner.apply(at.planner.plan(PlanFile.read(at.path)));
            assertTrue(second.isComplete(), round + ": " + second.text());
            BigPlan.assertExactly(at.fake, round);
        }
    }

    private void interruptActivations(int write, String point) throws Exception {
        String round = "write " + write + ", " + point;
        try (PlanFixture at = new PlanFixture(Files.createDirectory(directory.resolve("a" + write + point)))) {
            ActivatingPlan scenario = new ActivatingPlan(at);
            Files.writeString(at.path, scenario.text());
            interrupt(at, write, point);
            ApplyReport second = at.planner.apply(at.planner.plan(PlanFile.read(at.path)));
            assertTrue(second.isComplete(), round + ": " + second.text());
            scenario.assertDone(round);
        }
    }

    private static void interrupt(PlanFixture at, int write, String point) throws Exception {
        boolean isSent = point.equals("SENT"); // Pinterest has made the change, and the answer is on its way
        if (isSent) {
            at.fake.failWrite(write, WriteFault.STALLED_AFTER);
        }
        try (ChildJvm process = ApplyProcess.start(at.fixture.pinterest.uri(), at.path, write, point)) {
            process.awaitLine("BEGIN");
            if (isSent) {
                Await.until(() -> at.fake.writes() == write);
            } else {
                process.awaitLine("STOP");
            }
            process.kill();
        }
        at.fake.releaseResponses();
    }

    private static int entities(PlanFixture at) {
        return at.fake.campaigns().size()
                + at.fake.adGroups().size()
                + at.fake.ads().size();
    }
}
