// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.JdbcOutbox;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks into the outbox of a shop on PostgreSQL while the shop uses it, as an operator does. */
class DatabaseOutboxIT extends CliTestCase {
    private static @Nullable EmbeddedPostgres server;

    private @Nullable EpikClient shop;

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static EmbeddedPostgres server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    private static String url() {
        return server().getJdbcUrl("postgres", "postgres");
    }

    @BeforeEach
    void openShop() {
        shop = EpikClient.builder(
                        Mode.LIVE,
                        AdAccount.of(ACCOUNT, TOKEN),
                        JdbcOutbox.builder(server().getPostgresDatabase())
                                .createTables(true)
                                .open())
                .baseUrl(pinterest.uri())
                .linger(Duration.ofMillis(300))
                .open();
    }

    @AfterEach
    void closeShop() throws Exception {
        shop().close();
        try (var connection = server().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("TRUNCATE epik_outbox, epik_books, epik_pause");
        }
    }

    private EpikClient shop() {
        if (shop == null) {
            throw new IllegalStateException("not open");
        }
        return shop;
    }

    /** Submits these events together, so that they are sent in one request. */
    private void submit(String... ids) {
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the test")
                .withClickId("dj0yJnU9abc")
                .withIp("192.0.2.7")
                .withUserAgent("Mozilla/5.0");
        List<ConversionEvent> events = Stream.of(ids)
                .map(id -> ConversionEvent.checkout(id).visit(visit).build())
                .toList();
        List<SubmitResult> results = shop().submitAll(events);
        assertTrue(results.stream().allMatch(SubmitResult::isStored), results::toString);
    }

    private static EpikJar.Result database(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("outbox", url()));
        all.addAll(List.of(arguments));
        return EpikJar.run(all.toArray(String[]::new));
    }

    private static JsonNode json(EpikJar.Result result) throws Exception {
        assertEquals(1, result.out().lines().count(), result::err);
        return new ObjectMapper().readTree(result.out());
    }

    /** Opens a shop that stores events and sends none for an hour. */
    private void openSilentShop() {
        shop().close();
        shop = EpikClient.builder(
                        Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), JdbcOutbox.of(server().getPostgresDatabase()))
                .baseUrl(pinterest.uri())
                .linger(Duration.ofHours(1))
                .shutdownTimeout(Duration.ZERO)
                .open();
    }

    private static void makeDead(String id) throws Exception {
        try (var connection = server().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("UPDATE epik_outbox SET state = 1, reason = 'no such thing', settled_at = stored_at"
                    + " WHERE event_id = '" + id + "'");
        }
    }

    @Test
    void countsListsAndRedrivesWhileTheShopRuns() throws Exception {
        openSilentShop();
        submit("1", "2");
        assertEquals(0, database("verify").exit());
        assertTrue(json(database("verify", "--json")).path("balanced").asBoolean());
        makeDead("2");
        assertTrue(database("stats").out().contains("1 waiting"));
        JsonNode stats = json(database("stats", "--json")).at("/ad_accounts/0");
        assertEquals(1, stats.path("dead").asInt());
        assertEquals(1, stats.path("waiting").asInt());
        assertTrue(database("dead").out().matches("2  checkout  \\S+Z  no such thing\\R"));
        assertEquals(
                "no such thing",
                json(database("dead", "--json")).at("/dead/0/reason").asText());
        EpikJar.Result redriven = database("redrive", "--id", "2", "--json");
        assertEquals(1, json(redriven).path("redriven").asInt());
        assertTrue(redriven.err().contains("the application sends them within a minute"), redriven::err);
    }

    @Test
    void cancelsAndDelivers() throws Exception {
        openSilentShop();
        submit("1", "2");
        assertEquals(
                1,
                json(database("cancel", "--id", "1", "--json"))
                        .path("cancelled")
                        .asInt());
        assertEquals(1, database("cancel", "--id", "unknown").exit());
        EpikJar.Result delivered =
                epik("outbox", url(), "deliver", "--api", pinterest.uri().toString(), "--json");
        assertEquals(0, delivered.exit(), delivered::err);
        assertEquals(1, json(delivered).path("accepted").asInt());
        assertEquals(List.of("2"), received());
    }

    @Test
    void doctorReportsDeadLettersOfADatabase() throws Exception {
        openSilentShop();
        submit("2");
        makeDead("2");
        EpikJar.Result result =
                epik("doctor", "--api", pinterest.uri().toString(), "--outbox", url() + "&password=canary");
        assertEquals(1, result.exit());
        assertTrue(result.out().contains("FAIL  outbox        1 dead letters of ad account " + ACCOUNT), result::out);
        assertFalse(json(epik("doctor", "--api", pinterest.uri().toString(), "--outbox", url(), "--json"))
                .path("findings")
                .isEmpty());
    }

    @Test
    void wrongDatabaseIsNeitherCreatedNorDescribedWithItsPassword() throws Exception {
        try (var connection = server().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE empty");
        }
        String empty = server().getJdbcUrl("postgres", "empty");
        for (String action : List.of("stats", "redrive")) {
            EpikJar.Result result = EpikJar.run("outbox", empty, action);
            assertEquals(2, result.exit());
            assertTrue(result.err().contains("epik-outbox-postgresql.sql"), result::err);
        }
        EpikJar.Result refused =
                EpikJar.run("outbox", "jdbc:postgresql://canary:canary@127.0.0.1:1/x?password=canary", "stats");
        assertTrue(refused.err().contains("it cannot be reached"), refused::err);
        assertFalse(refused.err().contains("canary"), refused::err);
        EpikJar.Result noDriver = EpikJar.run("outbox", "jdbc:mariadb://canary:canary@127.0.0.1:1/x", "stats");
        assertEquals(2, noDriver.exit());
        assertEquals(
                "epik: There is no JDBC driver for jdbc:mariadb://127.0.0.1:1/x: name its jar with --driver, such as"
                        + " --driver mariadb-java-client-3.5.1.jar",
                noDriver.err().strip());
    }
}
