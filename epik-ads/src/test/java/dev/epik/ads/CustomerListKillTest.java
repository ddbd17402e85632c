// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.WriteFault;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that are killed while they synchronise a list, and a process with a small heap. */
@Timeout(300)
class CustomerListKillTest extends CustomerListTestBase {
    private static final int KILLED = 137;

    private Path file(String name, int from, int to) throws IOException {
        Path file = temp.resolve(name);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("email\n");
            for (int i = from; i < to; i++) {
                out.write(ListFixture.email(i));
                out.newLine();
            }
        }
        return file;
    }

    private ProcessBuilder child(Path file, int rowsPerRequest, int dies, String... options) {
        List<String> all = new ArrayList<>(ChildJvm.QUICK);
        all.addAll(List.of(options));
        return ChildJvm.prepare(
                all,
                ListUploader.class,
                fixture.ads.pinterest.uri().toString(),
                fixture.directory.toString(),
                file.toString(),
                "" + rowsPerRequest,
                "" + dies);
    }

    private String run(Path file, int rowsPerRequest, int dies, String... options) throws Exception {
        try (ChildJvm child = ChildJvm.start(child(file, rowsPerRequest, dies, options))) {
            String line = child.readLine();
            child.awaitEnd();
            return line == null ? "exit " + child.process().exitValue() : line;
        }
    }

    /** Runs that die at a step, then one that runs to its end with other rows. */
    private boolean dies(int step) throws Exception {
        String first = run(file("first", 0, 60), 10, step);
        if (first.startsWith("done")) {
            return false;
        }
        assertEquals("exit " + KILLED, first);
        assertTrue(run(file("second", 20, 80), 10, 0).startsWith("done"));
        assertEquals(ListFixture.hashes(20, 80), fixture.sent(), "step " + step);
        assertEquals(1, fixture.ads.pinterest.ads().customerLists().size());
        return true;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 9, 14})
    void aKilledRunContinuesWithTheRowsOfTheNext(int step) throws Exception {
        assertTrue(dies(step));
    }

    @Test
    @Tag("full")
    void aRunThatIsKilledAtAnyStepContinues() throws Exception {
        int step = 1;
        while (dies(step)) {
            step++;
            fixture.close();
            fixture = new ListFixture(temp.resolve("" + step));
        }
        assertTrue(step > 15, "steps: " + step);
    }

    /** The request was processed, and the process is killed while it waits for the answer. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aProcessThatIsKilledWhileItWaitsForAnAnswerContinues(int write) throws Exception {
        fixture.ads.pinterest.ads().failWrite(write, WriteFault.STALLED_AFTER);
        try (ChildJvm child = ChildJvm.start(child(file("first", 0, 60), 10, 0))) {
            while (fixture.ads.pinterest.ads().writes() < write) {
                Thread.sleep(5);
            }
            child.kill();
        }
        fixture.ads.pinterest.ads().releaseResponses();

        assertTrue(run(file("second", 5, 60), 10, 0).startsWith("done"));

        assertEquals(ListFixture.hashes(5, 60), fixture.sent());
        assertEquals(1, fixture.ads.pinterest.ads().customerLists().size());
    }

    private void uploadsIn64Megabytes(int rows) throws Exception {
        Path file = file("large", 0, rows);

        assertEquals("done " + rows + " 0", run(file, 10_000, 0, "-Xmx64m"));
        assertEquals(rows, fixture.uploaded());
        assertEquals(rows, fixture.rows().size());
        assertEquals("done 0 0", run(file, 10_000, 0, "-Xmx64m"));
        assertEquals("done 10 5", run(file("large", 5, rows + 10), 10_000, 0, "-Xmx64m"));
        Set<String> sent = fixture.sent();
        assertEquals(rows + 5, sent.size());
        assertTrue(sent.containsAll(ListFixture.hashes(rows - 100, rows + 10)));
    }

    @Test
    void aHundredThousandRowsNeedAHeapOf64Megabytes() throws Exception {
        uploadsIn64Megabytes(100_000);
    }

    @Test
    @Tag("full")
    void aMillionRowsNeedAHeapOf64Megabytes() throws Exception {
        uploadsIn64Megabytes(1_000_000);
    }
}
