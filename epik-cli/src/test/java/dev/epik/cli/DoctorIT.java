// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.cli.doctor.Finding;
import dev.epik.cli.doctor.SpoolFinding;
import dev.epik.testkit.Answer;
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

/** The troubleshooting table, row by row: what is wrong, and the doctor that names cause and cure. */
class DoctorIT extends BeforePinterest {
    private static final String GOOD = "{\"event_name\":\"checkout\",\"event_id\":\"1\",\"event_time\":%d,\"user\":{"
            + "\"email\":\"canary@shop.example\",\"click_id\":\"dj0y\"},\"value\":\"19.99\",\"currency\":\"EUR\"}";

    private EpikJar.Result doctor(Map<String, String> other, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>(
                Map.of("PINTEREST_AD_ACCOUNT_ID", ACCOUNT, "PINTEREST_ACCESS_TOKEN", TOKEN, "EPIK_MODE", "live"));
        environment.putAll(other);
        environment.values().removeIf(String::isEmpty);
        String[] all = new String[arguments.length + 3];
        all[0] = "doctor";
        all[1] = "--api";
        all[2] = pinterest.uri().toString();
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

    private static void says(EpikJar.Result result, String line) {
        assertTrue(result.out().replaceAll(" +", " ").contains(line), () -> "not said: " + line + "\n" + result.out());
        assertEquals(1, result.exit());
    }

    @Test
    void allIsWell() throws Exception {
        EpikJar.Result result = doctor(GOOD.formatted(Instant.now().getEpochSecond()));
        assertEquals("All is well.", result.out().strip().lines().reduce("", (before, line) -> line), result::out);
        assertEquals(0, result.exit());
        ReceivedEvent asked = pinterest.received().get(0);
        assertTrue(asked.test() && !asked.counted(), "the doctor's event is never recorded");
        assertEquals(1, pinterest.requests());
    }

    @Test
    void anExpiredToken() throws Exception {
        EpikJar.Result result = doctor(Map.of("PINTEREST_ACCESS_TOKEN", "expired"));
        says(result, "FAIL access token Pinterest answered 401");
        says(result, "wrong, expired or revoked: make a new one in Ads Manager");
    }

    @Test
    void noTokenAndNoAdAccount() throws Exception {
        says(
                doctor(Map.of("PINTEREST_ACCESS_TOKEN", "")),
                "FAIL settings There is no access token: set PINTEREST_ACCESS");
        says(doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "")), "FAIL settings No ad account is named: set PINTEREST_AD_");
        says(
                doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "act_12")),
                "is not up to 18 digits: take it from the address of Ads Manager. Were id and token swapped?");
    }

    @Test
    void theWrongAdAccount() throws Exception {
        EpikJar.Result forbidden = doctor(Map.of("PINTEREST_AD_ACCOUNT_ID", "549755885176"));
        says(forbidden, "OK access token is taken");
        says(forbidden, "FAIL ad account 549755885176 is not open to this token. Pinterest answered 403");
        says(forbidden, "check the role, and the account's id");
        pinterest.next(Answer.notFound());
        says(doctor(Map.of()), "There is no such ad account: check its id");
    }

    @Test
    void testModeLeftOn() throws Exception {
        says(
                doctor(Map.of("EPIK_MODE", "test")),
                "WARN mode is test: Pinterest checks events and counts none. Set EPIK_MODE=live");
        says(doctor(Map.of("EPIK_MODE", "production")), "FAIL mode is neither live nor test");
    }

    @Test
    void aClockThatIsWrong() throws Exception {
        EpikJar.Result ahead = doctorWherePinterestHas(Duration.ofMinutes(-7), "failed");
        says(ahead, "FAIL clock is 4");
        says(
                ahead,
                "s ahead of Pinterest's; Pinterest takes no event from the future. Let this machine keep time by NTP");
        says(ahead, "FAIL test event was rejected: event_time is in the future. Is the clock right?");
        EpikJar.Result behind = doctorWherePinterestHas(Duration.ofMinutes(7), "processed");
        says(behind, "s behind Pinterest's; events come late, and over an hour late they count as offline");
        says(doctorWherePinterestHas(Duration.ofSeconds(30), "processed"), "WARN clock");
    }

    /** The JDK's own server writes its own time over any other, so this one answer is written by hand. */
    private static EpikJar.Result doctorWherePinterestHas(Duration later, String status) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answer = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            Instant.now().plus(later).atOffset(ZoneOffset.UTC));
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
                    }
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
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
    void pinterestThatIsBusyDownOrOutOfReach() throws Exception {
        pinterest.always(Answer.rateLimited());
        says(doctor(Map.of()), "FAIL connection Pinterest answered 429");
        pinterest.always(Answer.unavailable());
        says(doctor(Map.of()), "Wait and try again");
        pinterest.close();
        says(doctor(Map.of()), "FAIL connection Pinterest cannot be reached: ConnectException. Does a firewall");
    }

    @Test
    void anApiThatHasChanged() throws Exception {
        pinterest.next(Answer.of(400, "{\"code\":4196,\"message\":\"'consent' is a required property\"}"));
        says(
                doctor(Map.of()),
                "FAIL test event was rejected: Pinterest answered 400: 'consent' is a required property");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"click_id\":\"dj0y\"|\"zip\":\"10115\"|WARN click id 1 of 1, first on line 1: user.click_id is missing",
                "\"click_id\":\"dj0y\"|\"zip\":\"10115\"|WARN match keys 1 of 1, first on line 1: user has one match key",
                "\"checkout\"|\"Checkouts\"|FAIL event names 1 of 1, first on line 1: event_name is no event of Pinterest's: did you mean checkout?",
                "\"19.99\"|\"19990000\"|WARN money 1 of 1, first on line 1: value looks like micro-units",
                "\"EUR\"|\"Euro\"|FAIL money 1 of 1, first on line 1: currency is no ISO 4217 code",
                "\"19.99\"|\"19,99\"|FAIL money 1 of 1, first on line 1: value has a comma",
                "\"event_id\":\"1\"|\"event_id\":\"undefined\"|FAIL event ids 1 of 1, first on line 1: event_id says undefined or null",
                "\"event_time\":|\"event_time\":9|FAIL time 1 of 1, first on line 1: event_time lies beyond the year 2100: were milliseconds",
                "\"event_time\":|\"event_time\":1,\"x\":|FAIL time 1 of 1, first on line 1: event_time lies",
                "\"email\":\"canary@|\"email\":\"canary |FAIL match keys 1 of 1, first on line 1: user cannot be matched",
            })
    void anEventThatIsWrong(String good, String wrong, String line) throws Exception {
        String event = GOOD.formatted(Instant.now().getEpochSecond());
        assertTrue(event.contains(good), good);
        String changed = event.replace(good, wrong).replace("\"event_time\":1,", "\"event_time\":-1,");
        says(doctor(changed), line);
    }

    @Test
    void csvIsReadAsAnImportReadsIt() throws Exception {
        Path csv = Files.writeString(folder.resolve("till.csv"), """
                event_name,event_id,event_time,email,value,currency

                checkout,1,25.11.2026,canary@shop.example,3.00,EUR
                """);
        EpikJar.Result result = doctor(Map.of(), csv.toString());
        says(result, "FAIL time 1 of 1, first on line 3: event_time is no time that can be read: write it like 2026-");
        assertFalse(result.out().contains("filter"), result::out);
        Files.writeString(csv, "event_name,event_id,amount\n");
        says(
                doctor(Map.of(), csv.toString()),
                "FAIL events cannot be read. The header has columns that are not known: amount (did");
    }

    @Test
    void fileWithoutAReadableEventHasNothingThatIsWell() throws Exception {
        EpikJar.Result result = doctor("broken canary\n");
        says(result, "FAIL lines 1 of 1, first on line 1: is no JSON object");
        assertFalse(result.out().contains("are well in all 0"), result::out);
    }

    @Test
    void anIdThatManyEventsShare() throws Exception {
        String event = GOOD.formatted(Instant.now().getEpochSecond());
        says(doctor((event + "\n").repeat(5)), "FAIL event ids 4 of 5: event_id is another event's of the same name");
    }

    @Test
    void oldEventsAndBrokenLines() throws Exception {
        String old = GOOD.formatted(Instant.now().getEpochSecond() - 7200);
        EpikJar.Result result = doctor(old + "\n" + old + "\nbroken canary\n");
        says(
                result,
                "WARN time 2 of 3, first on line 1: event_time is over an hour ago: Pinterest counts the event as offline");
        says(result, "FAIL lines 1 of 3, first on line 3: is no JSON");
    }

    @Test
    void eventsInASpool() throws Exception {
        Path spool = folder.resolve("spool.db");
        try (SqliteOutbox file = SqliteOutbox.open(spool)) {
            assertTrue(doctor(Map.of(), "--spool", spool.toString()).out().contains("is empty"));
            file.add(new StoredEvent(ACCOUNT, "checkout", "1", "{}", Instant.now(), false))
                    .join();
            EpikJar.Result stats = EpikJar.run("outbox", spool.toString(), "stats");
            assertTrue(stats.out().contains("ad account " + ACCOUNT + ": 1 waiting"), stats::out);
            says(
                    doctor(Map.of(), "--spool", spool.toString()),
                    "WARN spool holds 1 events of ad account " + ACCOUNT + ", the oldest for 0 min");
        }
        says(doctor(Map.of(), "--spool", folder.resolve("none").toString()), "FAIL spool There is no outbox");
    }

    @Test
    void eventsThatAreStuckInASpool() {
        Finding old = SpoolFinding.of(ACCOUNT, new Backlog(3, 0, 0, Optional.of(Duration.ofMinutes(6))));
        assertEquals(Finding.Level.FAIL, old.level());
        assertTrue(old.says().contains("3 events") && old.says().contains("6 min"), old::says);
        Finding dead = SpoolFinding.of(ACCOUNT, new Backlog(3, 0, 1, Optional.empty()));
        assertEquals(Finding.Level.FAIL, dead.level());
        assertTrue(dead.says().contains("1 dead letters"), dead::says);
    }
}
