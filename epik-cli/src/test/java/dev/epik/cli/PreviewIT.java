// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as an operator runs it. */
class PreviewIT {
    private static final int MANY = 100_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder = Path.of("");

    private static String event(int number) {
        return "{\"event_name\":\"checkout\",\"event_id\":\"order-" + number + "\",\"user\":{\"email\":\"canary"
                + number + "@shop.example\"},\"value\":\"19.99\",\"currency\":\"EUR\"}";
    }

    @Test
    void aHundredThousandLinesStreamInOrderInAHeapOf64Megabytes() throws Exception {
        Path file = folder.resolve("events.ndjson");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < MANY; i++) {
                out.write(i % 10 == 3 ? "{broken " + i : i % 10 == 7 ? "" : event(i));
                out.write('\n');
            }
        }
        Path answers = folder.resolve("answers");
        EpikJar.Result run = EpikJar.withHeap("64m").into(answers, "preview", file.toString());
        assertEquals("", run.err());
        assertEquals(1, run.exit());
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(answers)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode answer = JSON.readTree(line);
                boolean good = number % 10 != 3 && number % 10 != 7;
                assertEquals(good, answer.path("ok").asBoolean(), line);
                assertEquals(
                        good ? "order-" + number : "",
                        answer.at("/event/event_id").asText());
                assertFalse(line.contains("canary"), line);
                number++;
            }
        }
        assertEquals(MANY, number, "one answer a line");
        System.out.println("EPIK: preview answered " + MANY + " lines in order with -Xmx64m");
    }

    @Test
    void standardInputIsAnsweredWhileItIsTyped() throws Exception {
        Process process = EpikJar.start(List.of(), "preview");
        try (BufferedWriter typed = process.outputWriter(StandardCharsets.UTF_8);
                BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < 3; i++) {
                typed.write(event(i) + "\n");
                typed.flush();
                assertTrue(answers.readLine().contains("\"order-" + i + "\""));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void allGoodIsZeroAndWrongUsageTwo() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("one"), event(1));
        assertEquals(0, EpikJar.run("preview", file.toString()).exit());
        EpikJar.Result missing = EpikJar.run("preview", "no-such-file");
        assertEquals(2, missing.exit());
        assertEquals(
                "epik: There is no file \"no-such-file\"; name one, or - for standard input",
                missing.err().strip());
        assertEquals(2, EpikJar.run("preview", folder.toString()).exit());
        assertEquals(2, EpikJar.run("preveiw").exit());
        assertEquals(2, EpikJar.run("preview", "--frob").exit());
    }

    @Test
    void noArgumentIsEverQuotedATokenOrAFileMayStandThere() throws Exception {
        Path file = Files.writeString(folder.resolve("canary"), event(1));
        for (String[] arguments : new String[][] {
            {"preview", "@" + file},
            {"doctor", "@" + file},
            {"--access-token=canary", "doctor"},
            {"preview", "--access-token=canary"},
            {"outbox", "x", "canary"},
            {"canary"},
        }) {
            EpikJar.Result result = EpikJar.run(arguments);
            String said = (result.out() + result.err()).replace(file.toString(), "");
            assertTrue(result.exit() != 0, said);
            assertFalse(said.contains("canary"), said);
        }
    }

    @Test
    void outputThatIsLostIsNoSuccess() throws Exception {
        Path file = Files.writeString(folder.resolve("one"), event(1));
        EpikJar.Result result = EpikJar.withHeap("64m").into(Path.of("/dev/full"), "preview", file.toString());
        assertEquals(2, result.exit());
        assertTrue(result.err().contains("the output cannot be written"), result::err);
    }

    @Test
    void aReaderThatHasSeenEnoughEndsItQuietly() throws Exception {
        Path file = folder.resolve("events.ndjson");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 50_000; i++) {
                out.write(event(i) + "\n");
            }
        }
        Process process = EpikJar.start(List.of(), "preview", file.toString());
        try (BufferedReader answers = process.inputReader()) {
            assertTrue(answers.readLine().contains("order-0"));
        } // closes the pipe, as head does
        assertEquals(0, process.waitFor());
        assertEquals("", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
