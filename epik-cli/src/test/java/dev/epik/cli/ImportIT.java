// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.ReceivedEvent;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs {@code import} as an operator does. */
class ImportIT extends CliTestCase {
    private static final int MANY = 20_000;

    private static final String TILL = """
            event_name,event_id,event_time,email
            checkout,1,2026-11-20T10:00:00Z,canary1@shop.example
            checkout,2,2026-11-20T10:00:00Z,canary2@shop.example
            """;

    private Path till(String content) throws IOException {
        return Files.writeString(folder.resolve("till.csv"), content);
    }

    private EpikJar.Result importInto(Path csv, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("import", csv.toString(), "--api", pinterest.uri().toString()));
        arguments.addAll(List.of(more));
        return epik(arguments.toArray(String[]::new));
    }

    @Test
    void unknownColumnFailsBeforeAnythingIsStored() throws Exception {
        Path csv = till("event_name,event_id,email,amount\ncheckout,1,canary@shop.example,3.00\n");
        EpikJar.Result refused = importInto(csv);
        assertEquals(2, refused.exit());
        assertTrue(refused.err().startsWith("epik: The header has unknown columns: amount (did you mean value?)"));
        assertArrayEquals(new String[] {"till.csv"}, folder.toFile().list());
        assertEquals(0, importInto(csv, "--ignore-columns", "amount").exit());
        assertEquals(List.of("1"), received());
    }

    @Test
    void importsAndSendsWithoutWhatIsLeftOut() throws Exception {
        Path csv = till("""
                event_name,event_id,event_time,email,event_source_url,content_name,search_string
                checkout,1,2026-11-20T10:00:00Z,canary@shop.example,https://shop.example/a,Cup,blue
                """);
        String[] leftOut = {"--page-url=off", "--no-item-names", "--no-search-string"};
        assertEquals(0, importInto(csv, leftOut).exit());
        EpikJar.Result sent = epik(
                "send",
                csv.toString(),
                "--api",
                pinterest.uri().toString(),
                "--outbox",
                folder.resolve("other.outbox").toString(),
                leftOut[0],
                leftOut[1],
                leftOut[2]);
        assertEquals(0, sent.exit(), sent::err);
        assertEquals(2, pinterest.received().size());
        for (ReceivedEvent event : pinterest.received()) {
            assertFalse(event.json().contains("shop.example/a"), event.json());
            assertFalse(event.json().contains("custom_data"), event.json());
        }
        assertEquals(2, importInto(csv, "--page-url=none", "--dry-run").exit());
    }

    @Test
    void leavesOutSuppressedPeople() throws Exception {
        Path csv = till(TILL);
        Path list = Files.writeString(folder.resolve("opted-out.txt"), "CANARY1@shop.example\n");
        EpikJar.Result checked = importInto(csv, "--dry-run", "--suppress", list.toString());
        assertTrue(checked.err().contains("Dry run: 1 valid, 0 invalid."), checked::err);
        EpikJar.Result imported = importInto(csv, "--suppress", list.toString(), "--json");
        assertEquals(0, imported.exit(), imported::err);
        assertTrue(imported.err().contains("Rows left out because of --suppress: 1."), imported::err);
        assertTrue(imported.out().contains("\"suppressed\":1"), imported::out);
        assertEquals(List.of("2"), received());
        Files.writeString(list, "email\n");
        EpikJar.Result refused = importInto(csv, "--suppress", list.toString());
        assertEquals(2, refused.exit());
        assertTrue(refused.err().startsWith("epik: Line 1 of --suppress is not an email"), refused::err);
    }

    @Test
    void testModeImportLeavesTheRowsForTheLiveImport() throws Exception {
        Path csv = till(TILL);
        assertEquals(0, importInto(csv, "--mode", "test").exit());
        assertTrue(pinterest.received().stream().allMatch(ReceivedEvent::test));
        pinterest.clear();
        EpikJar.Result live = importInto(csv, "--mode", "live");
        assertTrue(live.err().contains("2 stored in " + csv + ".outbox"), live::err);
        assertEquals(
                2, pinterest.received().stream().filter(ReceivedEvent::counted).count());

        EpikJar.Result again = importInto(csv, "--mode", "live");
        assertEquals(0, again.exit());
        assertTrue(
                again.err().contains("No new rows: an earlier run stored them. Delivered rows are not sent again"),
                again::err);
    }

    @Test
    void dryRunNeedsNoAccountStoresNothingAndReportsAllProblems() throws Exception {
        Path csv = till(TILL + "checkout,2,25.11.2026,canary2@shop.example\ncheckout,2,,canary2@shop.example\n");
        EpikJar.Result run = EpikJar.run("import", csv.toString(), "--dry-run");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("line 4: event_time is invalid: write it like 2026-11-25T10"), run::err);
        assertTrue(run.err().contains("Dry run: 3 valid, 1 invalid. Nothing was stored or sent."), run::err);
        assertTrue(run.err().contains("Rows with the same event name and id as an earlier row: 1."), run::err);
        assertArrayEquals(new String[] {"till.csv"}, folder.toFile().list());
        assertEquals(
                0, EpikJar.run("import", till(TILL).toString(), "--dry-run").exit());
        assertEquals(0, pinterest.requests());
    }

    @Test
    void rowsThatAreDeadLettersAreReportedAgain() throws Exception {
        pinterest.failEvent("2", "no such thing");
        Path csv = till(TILL + "checkout,2,2026-11-20T10:00:00Z,canary3@shop.example\n");
        EpikJar.Result first = importInto(csv);
        assertEquals(1, first.exit());
        assertTrue(first.err().contains("Rows with the same event name and id as an earlier row: 1."), first::err);
        assertTrue(first.err().contains("\"epik outbox " + csv + ".outbox redrive\" moves them back"), first::err);
        EpikJar.Result again = importInto(till(TILL));
        assertEquals(1, again.exit());
        assertTrue(again.err().contains("Rows that are dead letters and are not sent: 1. "), again::err);
    }

    @Test
    void sumsUpEqualProblemsAfterFive() throws Exception {
        Path csv = till("event_name,event_id,email,value\n" + "checkout,1,canary@shop.example,x\n".repeat(20_000));
        EpikJar.Result result = importInto(csv);
        assertEquals(1, result.exit());
        assertTrue(result.err().contains("line 6: value must be a decimal"), result::err);
        assertFalse(result.err().contains("line 7: "), result::err);
        assertTrue(result.err().contains("... and 19995 more: value must be a decimal, such as 72.39"), result::err);
    }

    @Test
    void importsStandardInputIntoTheNamedOutbox() throws Exception {
        EpikJar.Result unnamed = epik("import", "-", "--store-only");
        assertEquals(2, unnamed.exit());
        assertTrue(unnamed.err().contains("name its file with --outbox PATH"), unnamed::err);
        Process process = EpikJar.start(environment(), "import", "-", "--store-only", "--outbox", outbox().toString());
        try (BufferedWriter in = process.outputWriter()) {
            in.write(TILL);
        }
        assertEquals(0, process.waitFor());
        assertTrue(outbox("stats").out().contains(": 2 waiting"));
    }

    @Test
    void reportsAFileWithoutRows() throws Exception {
        EpikJar.Result result = importInto(till("event_name,event_id,email\n"));
        assertEquals(0, result.exit());
        assertTrue(result.err().contains("The file has no rows."), result::err);
        assertEquals(2, importInto(till("")).exit());
    }

    @Test
    void showsProgressWithoutATerminalAndAStopPrintsHowToContinue() throws Exception {
        pinterest.delayResponses(java.time.Duration.ofMinutes(1));
        Path csv = till(TILL);
        Process process = EpikJar.start(
                environment(),
                Redirect.PIPE,
                "import",
                csv.toString(),
                "--api",
                pinterest.uri().toString());
        try (BufferedReader err = process.errorReader()) {
            String line = err.readLine();
            while (line != null && !line.startsWith("sent")) {
                line = err.readLine();
            }
            assertTrue(String.valueOf(line).contains("0/2 events"), line);
            process.toHandle().destroy(); // as Ctrl-C does; Process.destroy would close the streams
            String rest = err.lines().collect(Collectors.joining("\n"));
            assertTrue(
                    rest.contains("epik: stopped. 2 stored in " + csv
                            + ".outbox so far, Pinterest accepted 0. Run the same command again"),
                    rest);
        }
        pinterest.respondNormally();
        process.waitFor();
    }

    private Path csv() throws IOException {
        Path csv = folder.resolve("till.csv");
        try (BufferedWriter out = Files.newBufferedWriter(csv)) {
            out.write("\ufeffevent_name,event_id,event_time,user.email,zip,value,currency,items\r\n");
            for (int i = 0; i < MANY; i++) {
                out.write(
                        "checkout,till-" + i + ",2026-11-20T10:00:00Z,canary" + i + "@shop.example,10115,\"19.99\",EUR,"
                                + "\"[{\"\"id\"\":\"\"sku-7\"\",\"\"price\"\":19.99,\"\"quantity\"\":1}]\"\r\n");
            }
        }
        return csv;
    }

    private String[] importing(Path csv) {
        return new String[] {
            "import", csv.toString(), "--api", pinterest.uri().toString(), "--outbox", outbox().toString()
        };
    }

    @Test
    void rerunAfterAKillStoresNoRowTwice() throws Exception {
        Path csv = csv();
        pinterest.onRequest(body -> {}); // validating 20,000 events against the schema is slow
        Process killed = EpikJar.start(environment(), importing(csv));
        pinterest.awaitEvents(1, java.time.Duration.ofMinutes(1));
        ChildJvm.kill(killed);
        killed.waitFor();

        EpikJar.Result again = epik(importing(csv));
        assertEquals(0, again.exit(), again::err);
        assertTrue(again.err().contains(MANY + " already stored"), again::err);
        List<String> ids = pinterest.received().stream().map(ReceivedEvent::id).toList();
        Set<String> all = new HashSet<>(ids);
        int twice = ids.size() - all.size();
        assertTrue(twice <= 1000, twice + " repeated: more than the one request under way");
        if (twice > 0) {
            assertTrue(again.err().contains("were being sent when the last run ended"), again::err);
        }
        ReceivedEvent one = pinterest.received().get(0);
        assertTrue(one.offline() && one.json().contains("\"action_source\":\"offline\""), one::json);
        assertTrue(one.json().contains("\"contents\":[{\"id\":\"sku-7\",\"item_price\":\"19.99\""), one::json);
        System.out.println(
                "EPIK: an import of " + MANY + " rows, killed with -9 and run again: " + twice + " repeated");
    }

    @Test
    void reportsInvalidRowsByLineAndImportsTheOthers() throws Exception {
        Path csv = till("""
                event_name,event_id,email,note
                checkout,1,a@shop.example,x
                Purchase,2,b@shop.example,
                checkout,3,c@shop.example,y,too,many
                checkout,4,d@shop.example,
                """);
        EpikJar.Result result = importInto(csv, "--ignore-columns", "note");
        assertEquals(1, result.exit());
        assertTrue(
                result.err().contains("line 3: event_name is not an event of Pinterest: did you mean checkout?"),
                result::err);
        assertTrue(result.err().contains("line 4: has more cells than the header has columns"), result::err);
        assertEquals(List.of("1", "4"), received());
    }
}
