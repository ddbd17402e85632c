// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.cli.doctor.Finding;
import dev.epik.cli.doctor.SpoolDiagnosis;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks each row of the troubleshooting table: for each problem the doctor names the cause and the cure. */
class DoctorIT extends CliTestCase {
    private static final String GOOD = "{\"event_name\":\"checkout\",\"event_id\":\"1\",\"event_time\":%d,\"user\":{"
            + "\"email\":\"canary@shop.example\",\"click_id\":\"dj0y\"},\"value\":\"19.99\",\"currency\":\"EUR\"}";

    private EpikJar.Result doctor(Map<String, String> other, String... arguments) throws Exception {
        return doctor(pinterest, other, arguments);
    }

    private EpikJar.Result doctor(FakePinterest at, Map<String, String> other, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>(
                Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", TOKEN, "EPIK_MODE", "live"));
        environment.putAll(other);
        environment.values().removeIf(String::isEmpty);
        String[] all = new String[arguments.length + 3];
        all[0] = "doctor";
        all[1] = "--api";
        all[2] = at.uri().toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        EpikJar.Result result = EpikJar.run(environment, all);
        assertEquals("", result.err());
        assertFalse(result.out().contains("canary"), "a token or an address is printed");
        return result;
    }

    private EpikJar.Result doctor(String event) throws Exception {
        return doctor(
                Map.of(), Files.writeString(folder.resolve("events"), event).toString());
    }

    private static void assertOutput(EpikJar.Result result, String line) {
        assertTrue(
                result.out().replaceAll(" +", " ").contains(line),
                () -> "missing in the output: " + line + "\n" + result.out());
        assertEquals(1, result.exit());
    }

    @Test
    void reportsNoProblems() throws Exception {
        EpikJar.Result result = doctor(GOOD.formatted(Instant.now().getEpochSecond()));
        assertEquals(
                "No problems found.", result.out().strip().lines().reduce("", (before, line) -> line), result::out);
        assertEquals(0, result.exit());
        ReceivedEvent asked = pinterest.received().get(0);
        assertTrue(asked.test() && !asked.counted(), "the doctor's event is never recorded");
        assertEquals(1, pinterest.requests());
    }

    @Test
    void reportsAnExpiredToken() throws Exception {
        EpikJar.Result result = doctor(Map.of("PINTEREST_ACCESS_TOKEN", "expired"));
        assertOutput(result, "FAIL access token Pinterest answered 401");
        assertOutput(result, "wrong, expired or revoked: make a new one in Ads Manager");
    }

    @Test
    void reportsAMissingTokenOrAdAccount() throws Exception {
        assertOutput(
                doctor(Map.of("PINTEREST_ACCESS_TOKEN", "")),
                "FAIL settings The access token is missing: set PINTEREST_ACCESS");
        assertOutput(
                doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "")),
                "FAIL settings The ad account is missing: set PINTEREST_AD_");
        assertOutput(
                doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "act_12")),
                "is not 1 to 18 digits: copy it from the address of Ads Manager. Were id and token swapped?");
    }

    @Test
    void reportsTheWrongAdAccount() throws Exception {
        EpikJar.Result forbidden = doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "549755885176"));
        assertOutput(forbidden, "OK access token accepted");
        assertOutput(forbidden, "FAIL ad account 549755885176: the token has no access. Pinterest answered 403");
        assertOutput(forbidden, "check the role, and the account's id");
        pinterest.respondWith(FakeResponse.notFound());
        assertOutput(doctor(Map.of()), "There is no such ad account: check its id");
    }

    @Test
    void warnsOfTestMode() throws Exception {
        assertOutput(
                doctor(Map.of("EPIK_MODE", "test")),
                "WARN mode test: Pinterest validates events and counts none. Set EPIK_MODE=live");
        assertOutput(doctor(Map.of("EPIK_MODE", "production")), "FAIL mode invalid: set EPIK_MODE to live or test");
    }

    @Test
    void reportsAWrongClock() throws Exception {
        EpikJar.Result ahead = doctorWithClockAhead(Duration.ofMinutes(-7), "failed");
        assertOutput(ahead, "FAIL clock 4");
        assertOutput(
                ahead,
                "s ahead of Pinterest's; Pinterest rejects events from the future. Synchronize this machine's clock with NTP");
        assertOutput(ahead, "FAIL test event rejected: event_time is in the future. Check the clock.");
        EpikJar.Result behind = doctorWithClockAhead(Duration.ofMinutes(7), "processed");
        assertOutput(behind, "s behind Pinterest's; events arrive late, and over an hour late they count as offline");
        assertOutput(doctorWithClockAhead(Duration.ofSeconds(30), "processed"), "WARN clock");
    }

    /**
     * Runs the doctor against a Pinterest whose clock is ahead. The JDK's server would replace the time of the
     * response, so the response is written to a socket.
     */
    @SuppressWarnings("try") // the server closes early
    private static EpikJar.Result doctorWithClockAhead(Duration ahead, String status) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answer = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            Instant.now().plus(ahead).atOffset(ZoneOffset.UTC));
                    String body = "{\"num_events_received\":1,\"num_events_processed\":1,\"events\":[{\"status\":\""
                            + status + "\",\"error_message\":\"event_time is in the future\"}]}";
                    byte[] request = new byte[1 << 16];
                    int read = socket.getInputStream().read(request);
                    if (read > 0) {
                        socket.getOutputStream()
                                .write(("HTTP/1.1 200 OK\r\nDate: " + date + "\r\nContent-Length: " + body.length()
                                                + "\r\nConnection: close\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.UTF_8));
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                        server.close(); // the doctor's other requests are refused at once
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            answer.start();
            EpikJar.Result result = EpikJar.run(
                    Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", TOKEN),
                    "doctor",
                    "--api",
                    "http://127.0.0.1:" + server.getLocalPort());
            answer.join();
            return result;
        }
    }

    @Test
    void reportsThatPinterestIsBusyDownOrUnreachable() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.rateLimited());
        assertOutput(doctor(Map.of()), "FAIL connection Pinterest answered 429");
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        assertOutput(doctor(Map.of()), "Wait and try again");
        pinterest.close();
        EpikJar.Result unreachable = doctor(Map.of());
        assertOutput(unreachable, "FAIL connection Pinterest cannot be reached: ConnectException at 127.0.0.1:");
        assertOutput(
                unreachable, "Check that the firewall, the proxy and DNS let this machine connect. Also check the");
    }

    @Test
    void reportsAChangedApi() throws Exception {
        pinterest.respondWith(FakeResponse.of(400, "{\"code\":4196,\"message\":\"'consent' is a required property\"}"));
        assertOutput(
                doctor(Map.of()), "FAIL test event rejected: Pinterest answered 400: 'consent' is a required property");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"click_id\":\"dj0y\"|\"zip\":\"10115\"|WARN click id 1 of 1, first on line 1: user.click_id is missing",
                "\"click_id\":\"dj0y\"|\"zip\":\"10115\"|WARN match keys 1 of 1, first on line 1: user has one match key",
                "\"checkout\"|\"Checkouts\"|FAIL event names 1 of 1, first on line 1: event_name is not an event of Pinterest: did you mean checkout?",
                "\"19.99\"|\"19990000\"|WARN amounts 1 of 1, first on line 1: value looks like micro-units",
                "\"EUR\"|\"Euro\"|FAIL amounts 1 of 1, first on line 1: currency is not an ISO 4217 code",
                "\"19.99\"|\"19,99\"|FAIL amounts 1 of 1, first on line 1: value has a comma",
                "\"event_id\":\"1\"|\"event_id\":\"undefined\"|FAIL event ids 1 of 1, first on line 1: event_id is the text undefined or null",
                "\"event_time\":|\"event_time\":9|FAIL time 1 of 1, first on line 1: event_time is after the year 2100: were milliseconds",
                "\"event_time\":|\"event_time\":1,\"x\":|FAIL time 1 of 1, first on line 1: event_time is before 2010",
                "\"email\":\"canary@|\"email\":\"canary |FAIL match keys 1 of 1, first on line 1: user cannot be matched",
            })
    void reportsAnInvalidEvent(String good, String wrong, String line) throws Exception {
        String event = GOOD.formatted(Instant.now().getEpochSecond());
        assertTrue(event.contains(good), good);
        String changed = event.replace(good, wrong).replace("\"event_time\":1,", "\"event_time\":-1,");
        assertOutput(doctor(changed), line);
    }

    @Test
    void readsCsvAsAnImportDoes() throws Exception {
        Path csv = Files.writeString(folder.resolve("till.csv"), """
                event_name,event_id,event_time,email,value,currency

                checkout,1,25.11.2026,canary@shop.example,3.00,EUR
                """);
        EpikJar.Result result = doctor(Map.of(), csv.toString());
        assertOutput(result, "FAIL time 1 of 1, first on line 3: event_time is invalid: write it like 2026-");
        assertFalse(result.out().contains("filter"), result::out);
        Files.writeString(csv, "event_name,event_id,amount\n");
        assertOutput(
                doctor(Map.of(), csv.toString()),
                "FAIL events The file cannot be read. The header has unknown columns: amount (did");
    }

    @Test
    void fileWithoutAReadableEventHasNoOkFinding() throws Exception {
        EpikJar.Result result = doctor("broken canary\n");
        assertOutput(result, "FAIL lines 1 of 1, first on line 1: is not a JSON object");
        assertFalse(result.out().contains("OK in all 0"), result::out);
    }

    @Test
    void reportsIdsThatEventsShare() throws Exception {
        String event = GOOD.formatted(Instant.now().getEpochSecond());
        assertOutput(
                doctor((event + "\n").repeat(5)),
                "FAIL event ids 4 of 5: event_id repeats that of an earlier event with the same name");
    }

    @Test
    void reportsOldEventsAndInvalidLines() throws Exception {
        String old = GOOD.formatted(Instant.now().getEpochSecond() - 7200);
        EpikJar.Result result = doctor(old + "\n" + old + "\nbroken canary\n");
        assertOutput(
                result,
                "WARN time 2 of 3, first on line 1: event_time is over an hour ago: Pinterest counts the event as offline");
        assertOutput(result, "FAIL lines 1 of 3, first on line 3: is not a JSON");
    }

    @Test
    void reportsEventsInASpool() throws Exception {
        Path spool = folder.resolve("spool.db");
        try (SqliteOutbox file = SqliteOutbox.open(spool)) {
            assertTrue(doctor(Map.of(), "--spool", spool.toString()).out().contains("spool         empty"));
            file.add(new StoredEvent(ACCOUNT, "checkout", "1", "{}", Instant.now(), false))
                    .join();
            EpikJar.Result stats = EpikJar.run("outbox", spool.toString(), "stats");
            assertTrue(stats.out().contains("ad account " + ACCOUNT + ": 1 waiting"), stats::out);
            assertOutput(
                    doctor(Map.of(), "--spool", spool.toString()),
                    "WARN spool 1 events of ad account " + ACCOUNT + ", the oldest for 0 min");
        }
        assertOutput(doctor(Map.of(), "--spool", folder.resolve("none").toString()), "FAIL spool There is no outbox");
    }

    @Test
    void reportsEventsThatAreStuckInASpool() {
        Finding old = SpoolDiagnosis.of(ACCOUNT, new Backlog(3, 0, 0, Optional.of(Duration.ofMinutes(6))));
        assertEquals(Finding.Level.FAIL, old.level());
        assertTrue(old.message().contains("3 events") && old.message().contains("6 min"), old::message);
        Finding dead = SpoolDiagnosis.of(ACCOUNT, new Backlog(3, 0, 1, Optional.empty()));
        assertEquals(Finding.Level.FAIL, dead.level());
        assertTrue(dead.message().contains("1 dead letters"), dead::message);
    }

    @Test
    void comparesTheAdvertiserDefinedEvents() throws Exception {
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT, TOKEN)
                .advertiserEvent("add_shipping_info", "CHECKOUT")
                .advertiserEvent("gift_wrap", "ADD_TO_CART")
                .start()) {
            EpikJar.Result result = doctor(fake, Map.of(), "--advertiser-events", "Add_Shipping_Info,loyalty_joined");
            assertOutput(result, "OK event names Add_Shipping_Info is defined at Pinterest, mapped to CHECKOUT");
            assertOutput(
                    result,
                    "FAIL event names loyalty_joined is not defined at Pinterest: events of this name are not counted");
            assertOutput(result, "OK event names Pinterest also has gift_wrap (mapped to ADD_TO_CART)");
            EpikJar.Result known = doctor(fake, Map.of(), "--advertiser-events", "ADD_SHIPPING_INFO,gift_wrap");
            assertEquals(0, known.exit(), known::out);
            assertFalse(known.out().contains("also"), known::out);
        }
    }

    @Test
    void tokenThatMayNotReadIsNoProblem() throws Exception {
        try (FakePinterest fake =
                FakePinterest.builder(ACCOUNT, TOKEN).withoutReads().start()) {
            EpikJar.Result result = doctor(fake, Map.of(), "--advertiser-events", "gift_wrap", "--quality");
            assertEquals(0, result.exit(), result::out);
            String out = result.out().replaceAll(" +", " ");
            String why = "Pinterest answered 403. It needs an OAuth access token with the scope ads:read";
            assertTrue(
                    out.contains("SKIP event names advertiser-defined events: not compared with Pinterest: " + why),
                    out);
            assertTrue(out.contains("SKIP quality not read: " + why), out);
        }
    }

    /** Texts that are new at Pinterest are shown as they are. */
    private static final String SCORES = """
            [{"overall_status":"NEEDS_IMPROVEMENT","quality_components":{
              "click_id_epik":{"CHECKOUT":{"coverage":41.5},"SIGNUP":{"coverage":12}},
              "hashed_email":{"CHECKOUT":{"coverage":93,"issues":[{"id":"1","name":"Duplicates","reason":"One\\u001b[31m hash"}]}},
              "a_new_component":{"A_NEW_EVENT":{"coverage":7}}},
              "ingestion_source":"CONVERSIONS_API","source_platform":"WEB","lookback_period":"14d"},
             {"overall_status":"EXCELLENT","quality_components":{},
              "ingestion_source":"A_NEW_SOURCE","source_platform":"WEB","lookback_period":"14d"}]""";

    @Test
    void setsTheEventQualityBesideTheMeters() throws Exception {
        Path page = Files.writeString(folder.resolve("page.txt"), """
                # TYPE epik_events_total counter
                epik_events_total{account="main",event="checkout",reason="",result="stored"} 150.0
                epik_events_total{account="b",event="signup",reason="",result="stored"} 50.0
                epik_events_total{account="b",event="signup",reason="",result="failed"} 50.0
                epik_match_keys_total{account="main",key="click_id"} 70.0
                epik_match_keys_total{account="b",key="click_id"} 10.0
                epik_match_keys_total{account="main",key="ph"} 1.0E2
                """);
        try (FakePinterest fake =
                FakePinterest.builder(ACCOUNT, TOKEN).eventQuality(SCORES).start()) {
            EpikJar.Result result = doctor(fake, Map.of(), "--quality", "--metrics", page.toString());
            assertOutput(result, "WARN quality CONVERSIONS_API, WEB, 14d: NEEDS_IMPROVEMENT");
            assertOutput(result, "hashed_email of CHECKOUT: Duplicates: One [31m hash");
            assertOutput(result, "OK quality A_NEW_SOURCE, WEB, 14d: EXCELLENT");
            assertOutput(result, " click_id_epik yours 40.0 Pinterest's CHECKOUT 41.5, SIGNUP 12");
            assertOutput(result, " hashed_email yours 0.0 Pinterest's CHECKOUT 93");
            assertOutput(result, " a_new_component yours - Pinterest's A_NEW_EVENT 7");
            assertOutput(result, "the share of 200 events that this application stored since it started");
            assertOutput(result, "It has: click_id 40.0, ph 50.0");
            EpikJar.Result json = doctor(fake, Map.of(), "--quality", "--json", "--metrics", page.toString());
            assertOutput(
                    json,
                    "{\"component\":\"click_id_epik\",\"event\":\"CHECKOUT\",\"percent\":\"41.5\",\"own_percent\":\"40.0\"}");
            assertOutput(json, "\"own_events\":200");
            assertOutput(
                    doctor(fake, Map.of(), "--quality", "--metrics", "none.txt"),
                    "FAIL quality the meters cannot be read");
        }
    }

    @Test
    void setsTheEventQualityBesideTheFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("events"), GOOD.formatted(Instant.now().getEpochSecond()));
        try (FakePinterest fake =
                FakePinterest.builder(ACCOUNT, TOKEN).eventQuality(SCORES).start()) {
            EpikJar.Result result = doctor(fake, Map.of(), "--quality", file.toString());
            assertOutput(result, " click_id_epik yours 100.0 Pinterest's");
            assertOutput(result, "the share of 1 events of the file");
            assertOutput(doctor(fake, Map.of(), "--quality"), "\"Yours\" is not known: name the meters");
        }
        EpikJar.Result none = doctor(Map.of(), "--quality");
        assertTrue(none.out().contains("Pinterest has no score of this ad account yet"), none::out);
        assertEquals(0, none.exit());
    }
}
