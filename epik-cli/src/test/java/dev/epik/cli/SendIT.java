// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakeResponse;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs {@code send} and {@code outbox} as an operator does. */
class SendIT extends CliTestCase {

    private static String event(String id) {
        return "{\"event_name\":\"checkout\",\"event_id\":\"" + id + "\",\"event_time\":"
                + Instant.now().getEpochSecond()
                + ",\"user\":{\"email\":\"canary@shop.example\",\"click_id\":\"dj0y\"}}";
    }

    private Path file(String... lines) throws IOException {
        return Files.write(Files.createTempFile(folder, "events", ".ndjson"), List.of(lines));
    }

    private EpikJar.Result send(Path file, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("send", file.toString(), "--api", pinterest.uri().toString(), "--outbox", outbox().toString()));
        arguments.addAll(List.of(more));
        return epik(arguments.toArray(String[]::new));
    }

    @Test
    void printsSendsAndStoresEachEventOnce() throws Exception {
        EpikJar.Result first = send(file(event("1"), "broken", event("2")));
        assertEquals(List.of("stored 1", "stored 2"), first.out().lines().toList());
        assertTrue(first.err().contains("line 2: is not a JSON"), first::err);
        assertTrue(first.err().contains("2 stored, 0 already stored, 1 invalid."), first::err);
        assertTrue(first.err().contains("Pinterest accepted 2, rejected 0; 0 waiting."), first::err);
        assertEquals(1, first.exit());
        assertEquals(List.of("1", "2"), received());

        EpikJar.Result again = send(file(event("2"), event("3")));
        assertEquals(
                List.of("already stored 2", "stored 3"), again.out().lines().toList());
        assertEquals(0, again.exit());
        assertEquals(List.of("1", "2", "3"), received());
    }

    @Test
    void namesADeadLetterThatIsSentAgainWithTheCure() throws Exception {
        pinterest.failEvent("1", "no such thing");
        assertEquals(1, send(file(event("1"), event("2"))).exit());
        EpikJar.Result again = send(file(event("1"), event("2")));
        assertEquals(
                List.of("dead letter 1", "already stored 2"),
                again.out().lines().toList());
        assertTrue(again.err().contains("Rows that are dead letters and are not sent: 1. "), again::err);
        assertTrue(again.err().contains(" redrive\" sends them again."), again::err);
        assertEquals(1, again.exit());
    }

    @Test
    void storeOnlyReportsWhatWaits() throws Exception {
        EpikJar.Result stored = send(file(event("1"), event("2")), "--store-only", "--json");
        assertEquals(0, stored.exit());
        assertTrue(stored.out().contains("\"stored\":2"), stored::out);
        assertTrue(stored.out().contains("\"waiting\":2"), stored::out);
    }

    @Test
    void storeOnlyEventsAreDeliveredLater() throws Exception {
        EpikJar.Result stored = send(file(event("1")), "--store-only");
        assertEquals(0, stored.exit());
        assertEquals(List.of(), received());
        assertTrue(outbox("stats").out().startsWith("ad account " + ACCOUNT + ": 1 waiting, the oldest for "));
        EpikJar.Result delivered = outbox("deliver");
        assertTrue(delivered.err().contains("Pinterest accepted 1"), delivered::err);
        assertEquals(0, delivered.exit());
        assertEquals(List.of("1"), received());
        assertEquals(
                "ad account " + ACCOUNT + ": 0 waiting; 0 dead; 1 delivered (remembered)",
                outbox("stats").out().strip());
    }

    @Test
    void outageKeepsWaitingEventsAndPrintsHowToContinue() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.rateLimited(java.time.Duration.ofMinutes(10)));
        EpikJar.Result result = send(file(event("1")));
        assertEquals(1, result.exit());
        assertTrue(result.err().contains("1 waiting: Pinterest answered 429"), result::err);
        assertTrue(result.err().contains("\"epik outbox " + outbox() + " deliver\" sends them"), result::err);
        assertTrue(outbox("stats").out().contains("; paused for "), () -> "no pause");
        pinterest.respondNormally();
        EpikJar.Result delivered = outbox("deliver", "--for", "1s");
        assertEquals(0, delivered.exit(), delivered::err);
        assertEquals(List.of("1"), received());
    }

    @Test
    void listsAndRedrivesDeadLetters() throws Exception {
        pinterest.failEvent("2", "no such thing");
        assertEquals(1, send(file(event("1"), event("2"))).exit());
        String dead = outbox("dead").out();
        assertTrue(dead.matches("2  checkout  \\S+Z  no such thing\\R"), dead);
        pinterest.clear();
        EpikJar.Result redriven = outbox("redrive", "--id", "2");
        assertTrue(redriven.err().contains("1 waiting again"), redriven::err);
        assertEquals(0, outbox("deliver").exit());
        assertEquals(List.of("2"), received());
        assertEquals("", outbox("dead").out());
    }

    @Test
    void verifyFindsAnEventThatWasDeletedByHand() throws Exception {
        pinterest.failEvent("2", "no such thing");
        assertEquals(1, send(file(event("1"), event("2"))).exit());
        pinterest.alwaysRespondWith(FakeResponse.rateLimited(java.time.Duration.ofMinutes(10)));
        assertEquals(1, send(file(event("3"))).exit());
        EpikJar.Result balanced = outbox("verify");
        assertEquals(
                "ad account " + ACCOUNT + ": books balance: 3 stored, 1 accepted, 1 rejected, 0 cancelled, 1 waiting",
                balanced.out().strip());
        assertEquals(0, balanced.exit());
        try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + outbox());
                Statement statement = file.createStatement()) {
            assertEquals(1, statement.executeUpdate("DELETE FROM epik_outbox WHERE event_id = '3'"));
        }
        EpikJar.Result wrong = outbox("verify");
        assertTrue(
                wrong.out().matches("(ad account " + ACCOUNT + ", events stored in the hour from \\S+Z: .*\\R)+"),
                wrong.out());
        assertTrue(wrong.out().contains(" 0 waiting: 1 missing"), wrong.out());
        assertEquals(1, wrong.exit());
    }

    @Test
    void statsWorkBesideARunningApplicationAndChangesAreRefused() throws Exception {
        Process shop = EpikJar.start(
                environment(), "send", "--store-only", "--outbox", outbox().toString()); // waits for its input
        try (BufferedWriter in = shop.outputWriter();
                BufferedReader out = shop.inputReader()) {
            in.write(event("1") + "\n");
            in.flush();
            assertEquals("stored 1", out.readLine());
            assertTrue(outbox("stats").out().contains(": 1 waiting"));
            assertEquals(0, outbox("verify").exit());
            EpikJar.Result refused = outbox("deliver");
            assertEquals(2, refused.exit());
            assertTrue(refused.err().contains("is open"), refused::err);
        }
        assertEquals(0, shop.waitFor());
        assertEquals(0, outbox("deliver").exit());
    }

    @Test
    void sendRequiresAModeAndReportsInvalidOptionsBeforeStoring() throws Exception {
        Path file = file(event("1"));
        EpikJar.Result noMode = EpikJar.run(
                Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", TOKEN),
                "send",
                file.toString(),
                "--outbox",
                outbox().toString());
        assertEquals(2, noMode.exit());
        assertEquals(
                "epik: The mode is missing: set EPIK_MODE or --mode to live or test",
                noMode.err().strip());
        assertEquals(2, send(file, "--for", "soon").exit());
        assertEquals(2, epik("send", file.toString()).exit(), "no outbox is named");
        assertEquals(2, outbox("stats").exit());
        assertFalse(Files.exists(outbox()));
    }

    @Test
    void unknownIdCannotBeRedrivenOrCancelled() throws Exception {
        assertEquals(0, send(file(event("1")), "--store-only").exit());
        EpikJar.Result redriven = outbox("redrive", "--id", "canary");
        assertEquals(1, redriven.exit());
        assertTrue(redriven.err().contains("No dead letter has this id"), redriven::err);
        EpikJar.Result unknown = outbox("cancel", "--id", "canary");
        assertEquals(1, unknown.exit());
        assertEquals(
                "No waiting event and no dead letter has this id.",
                unknown.err().strip());
        assertEquals(2, outbox("cancel").exit());
        EpikJar.Result cancelled = outbox("cancel", "--id", "1");
        assertEquals(0, cancelled.exit());
        assertEquals("1 cancelled.", cancelled.err().strip());
        assertEquals(
                "empty: no waiting, dead or delivered events",
                outbox("stats").out().strip());
    }

    @Test
    void sumsUpEqualRejections() throws Exception {
        pinterest.failAllEvents("no such thing");
        EpikJar.Result result =
                send(file(IntStream.range(0, 12).mapToObj(i -> event("" + i)).toArray(String[]::new)));
        assertEquals(1, result.exit());
        assertTrue(
                result.err()
                                .lines()
                                .filter(line -> line.startsWith("rejected "))
                                .count()
                        <= 5,
                result::err);
    }
}
