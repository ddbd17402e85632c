// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.WriteFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lost answers and failures at the writes of a plan. A second apply completes it, and nothing is there twice. */
@Timeout(600)
class AmbiguousApplyTest {
    private static final int EVERY_THIRD = 3;

    /** A stalled answer takes as long as the timeout of a call, so only the kill test has it. */
    private static final Set<WriteFault> FAULTS = EnumSet.complementOf(EnumSet.of(WriteFault.STALLED_AFTER));

    @TempDir
    private Path directory;

    @Test
    void everyThirdWriteFails() {
        List<WriteFault> faults = List.copyOf(FAULTS);
        int next = 0;
        for (int write = 1; write <= BigPlan.WRITES; write += EVERY_THIRD) {
            for (int i = 0; i < 2; i++) {
                new Round(write).run(faults.get(next));
                next = (next + 1) % faults.size();
            }
        }
    }

    @Test
    @Tag("full")
    void everyWriteFails() {
        for (int write = 1; write <= BigPlan.WRITES; write++) {
            FAULTS.forEach(new Round(write)::run);
        }
    }

    @Test
    void writesOfAPlanThatActivatesFail() throws Exception {
        List<WriteFault> faults = List.copyOf(FAULTS);
        for (int write = 1; write <= ActivatingPlan.WRITES; write++) {
            activate(write, faults.get(write % faults.size()));
        }
    }

    @Test
    @Tag("full")
    void everyWriteOfAPlanThatActivatesFails() throws Exception {
        for (int write = 1; write <= ActivatingPlan.WRITES; write++) {
            for (WriteFault fault : FAULTS) {
                activate(write, fault);
            }
        }
    }

    private void activate(int write, WriteFault fault) throws Exception {
        String round = "write " + write + ", " + fault;
        Path place = Files.createDirectory(directory.resolve("a" + write + fault));
        try (PlanFixture at = new PlanFixture(place)) {
            ActivatingPlan scenario = new ActivatingPlan(at);
            at.fake.failWrite(write, fault);
            Path saved = place.resolve("plan.json");
            at.planner.plan(scenario.file()).save(saved);
            at.planner.apply(SavedPlan.read(saved));
            ApplyReport second = at.planner.apply(SavedPlan.read(saved));
            assertTrue(second.isComplete(), round + ": " + second.text());
            scenario.assertDone(round);
            assertTrue(at.fake.writes() <= ActivatingPlan.WRITES + 1, round + at.fake.writes());
        }
    }

    private final class Round {
        private final int write;

        Round(int write) {
            this.write = write;
        }

        void run(WriteFault fault) {
            String round = "write " + write + ", " + fault;
            Path place = directory.resolve("w" + write + fault);
            assertTrue(place.toFile().mkdirs());
            try (PlanFixture at = new PlanFixture(place)) {
                PlanFile file = PlanFile.of(BigPlan.text(), at.path);
                at.fake.failWrite(write, fault);
                Plan saved = at.planner.plan(file);
                at.planner.apply(saved);
                ApplyReport second = at.planner.apply(saved);
                assertTrue(second.isComplete(), round + ": " + second.text());
                BigPlan.assertExactly(at.fake, round);
                assertTrue(at.planner.plan(file).isEmpty(), round);
            }
        }
    }
}
