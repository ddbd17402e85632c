// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the jar as an operator does. */
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
    void streams100000LinesInOrderInAHeapOf64Megabytes() throws Exception {
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
    void answersStandardInputLineByLine() throws Exception {
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
    void exitCodeIs0ForValidEventsAnd2ForInvalidUsage() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("one"), event(1));
        assertEquals(0, EpikJar.run("preview", file.toString()).exit());
        EpikJar.Result missing = EpikJar.run("preview", "no-such-file");
        assertEquals(2, missing.exit());
        assertEquals(
                "epik: The file \"no-such-file\" does not exist: name one, or - for standard input",
                missing.err().strip());
        assertEquals(2, EpikJar.run("preview", folder.toString()).exit());
        assertEquals(2, EpikJar.run("preveiw").exit());
        assertEquals(2, EpikJar.run("preview", "--frob").exit());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|The command is missing: preview, send, import, outbox, deliver, erase, doctor, ads, fake."
                        + " \"epik --help\" lists the commands.",
                "prevew|Unknown command. Did you mean preview? \"epik --help\" lists the commands.",
                "zzzzzz|Unknown command. Commands: preview, send, import, outbox, deliver, erase, doctor, ads, fake."
                        + " \"epik --help\" lists the commands.",
                "import a.csv --dryrun|\"import\" has no option --dryrun. Did you mean --dry-run? \"epik import"
                        + " --help\" lists its options.",
                "import|\"import\" requires FILE. \"epik import --help\" lists its options.",
                "send a|\"send\" requires --outbox PATH. \"epik send --help\" lists its options.",
                "preview a b|\"preview\" has too many arguments. \"epik preview --help\" lists its options.",
                "fake --port x|Invalid value for --port PORT. \"epik fake --help\" lists its options.",
                "ads|The command is missing: export, plan, apply, pause, audience, report. \"epik ads --help\" lists"
                        + " the commands.",
                "ads reprt|Unknown command. Did you mean report? \"epik ads --help\" lists the commands.",
                "ads report --sinc 7d|\"ads report\" has no option --sinc. Did you mean --since? \"epik ads report"
                        + " --help\" lists its options.",
                "outbox stats d.db|PATH must come before ACTION: epik outbox PATH stats",
                "outbox d.db stat|ACTION is invalid. Did you mean stats? Actions: stats, dead, verify, redrive,"
                        + " cancel, deliver",
                "preview --page-url x|--page-url is invalid: it must be full, origin or off",
                "preview --charset x|--charset is invalid: it must be an encoding that Java knows, such as UTF-8 or"
                        + " windows-1252",
            })
    void invalidUsageNamesTheArgumentAndASuggestion(String arguments, String message) throws Exception {
        EpikJar.Result result = EpikJar.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        assertEquals("epik: " + message, result.err().strip());
        assertEquals(2, result.exit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "preview",
                "send",
                "import",
                "outbox",
                "deliver",
                "erase",
                "doctor",
                "ads",
                "ads export",
                "ads plan",
                "ads apply",
                "ads pause",
                "ads audience",
                "ads report",
                "fake"
            })
    void helpFitsOneScreen(String command) throws Exception {
        List<String> lines =
                EpikJar.run((command + " --help").split(" ")).out().lines().toList();
        assertTrue(lines.size() <= 23, () -> lines.size() + " lines");
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
    }

    @Test
    void previewsWithoutWhatIsLeftOut() throws Exception {
        Path file = Files.writeString(
                folder.resolve("one"),
                "{\"event_name\":\"search\",\"event_id\":\"1\",\"user\":{\"email\":\"canary@shop.example\"},"
                        + "\"event_source_url\":\"https://shop.example/find\",\"search_string\":\"cup\","
                        + "\"content_name\":\"Cups\",\"items\":[{\"id\":\"7\",\"quantity\":1,\"name\":\"Cup\"}]}");
        JsonNode whole = JSON.readTree(EpikJar.run("preview", file.toString()).out());
        assertEquals("cup", whole.at("/event/custom_data/search_string").asText());
        assertEquals("Cup", whole.at("/event/custom_data/contents/0/item_name").asText());
        JsonNode part = JSON.readTree(
                EpikJar.run("preview", "--page-url", "origin", "--no-item-names", "--no-search-string", file.toString())
                        .out());
        assertEquals("https://shop.example/", part.at("/event/event_source_url").asText());
        assertEquals(
                "{\"content_ids\":[\"7\"],\"contents\":[{\"id\":\"7\",\"quantity\":1}],\"num_items\":1}",
                part.at("/event/custom_data").toString());
    }

    @Test
    void previewsCsvAsAnImportReadsIt() throws Exception {
        Path file = Files.writeString(
                folder.resolve("till.csv"), "event_name;event_id;email;value\ncheckout;1;canary@shop.example;3.00\n");
        EpikJar.Result result = EpikJar.run("preview", file.toString());
        JsonNode answer = JSON.readTree(result.out());
        assertEquals("offline", answer.at("/event/action_source").asText(), result::out);
        assertEquals("3.00", answer.at("/event/custom_data/value").asText(), result::out);
        assertFalse(result.out().contains("filter"), result::out);
        assertEquals(0, result.exit());
    }

    @Test
    void fakeValidatesAndPrintsEvents() throws Exception {
        Process fake = EpikJar.start(Map.of(), Redirect.PIPE, "fake", "--port", "0");
        try (BufferedReader err = fake.errorReader();
                BufferedReader out = fake.inputReader()) {
            String firstLine = err.readLine();
            String uri = firstLine.replaceFirst(".*(http://127\\.0\\.0\\.1:[0-9]+) .*", "$1");
            Path file = Files.writeString(folder.resolve("one"), event(1));
            EpikJar.Result sent = EpikJar.run(
                    Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", "fake-token"),
                    "send",
                    file.toString(),
                    "--api",
                    uri,
                    "--mode",
                    "live",
                    "--outbox",
                    folder.resolve("shop.outbox").toString());
            assertEquals(0, sent.exit(), sent::err);
            JsonNode received = JSON.readTree(out.readLine());
            assertEquals("processed", received.path("status").asText());
            assertEquals("order-1", received.at("/event/event_id").asText());
        } finally {
            fake.destroy();
            fake.waitFor();
        }
    }

    @Test
    void neverQuotesAnArgumentBecauseItMayBeAToken() throws Exception {
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
            String output = (result.out() + result.err()).replace(file.toString(), "");
            assertTrue(result.exit() != 0, output);
            assertFalse(output.contains("canary"), output);
        }
    }

    @Test
    void failsIfTheOutputCannotBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("one"), event(1));
        EpikJar.Result result = EpikJar.withHeap("64m").into(Path.of("/dev/full"), "preview", file.toString());
        assertEquals(2, result.exit());
        assertTrue(result.err().contains("cannot write to standard output"), result::err);
    }

    @Test
    void endsQuietlyIfTheReaderClosesThePipe() throws Exception {
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
