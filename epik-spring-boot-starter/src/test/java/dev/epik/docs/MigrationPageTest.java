// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.boot.DocumentedShop;
import dev.epik.testkit.FakePinterest;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Flyway and Liquibase create the tables as {@code docs/spring-boot.md} shows, before the outbox is opened. */
@Timeout(240)
class MigrationPageTest {
    private static final String SCRIPT = "dev/epik/capi/outbox/epik-outbox-postgresql.sql";

    @TempDir
    Path migrations;

    @Test
    void flywayCreatesTheTablesByACopyOfTheScript() throws Exception {
        try (InputStream script =
                Objects.requireNonNull(getClass().getClassLoader().getResourceAsStream(SCRIPT))) {
            Files.copy(script, migrations.resolve("V7__epik_outbox.sql"));
        }
        assertDelivers(
                "flyway_schema_history",
                "--spring.flyway.enabled=true",
                "--spring.flyway.locations=filesystem:" + migrations);
    }

    @Test
    void liquibaseCreatesTheTablesByTheScriptInTheJar() throws Exception {
        assertDelivers(
                "databasechangelog",
                "--spring.liquibase.enabled=true",
                "--spring.liquibase.change-log="
                        + DocumentedShop.FILES.resolve("scripts.yml").toUri());
    }

    private static void assertDelivers(String history, String... properties) throws Exception {
        String[] all = Stream.concat(Stream.of(properties), Stream.of("--epik.outbox.create-tables=false"))
                .toArray(String[]::new);
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                ConfigurableApplicationContext shop =
                        DocumentedShop.start("application.yml", pinterest.uri(), OrderController.class, all)) {
            JdbcTemplate jdbc = shop.getBean(JdbcTemplate.class);
            assertEquals(1, jdbc.queryForObject("SELECT count(*) FROM " + history, Integer.class));
            jdbc.execute("CREATE TABLE orders (number text PRIMARY KEY)");
            URI order = URI.create("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port")
                    + "/order?email=a@example.com&number=1001");
            HttpRequest buy = HttpRequest.newBuilder(order)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertEquals(
                    "thanks",
                    HttpClient.newHttpClient()
                            .send(buy, BodyHandlers.ofString())
                            .body());
            assertEquals(
                    "1001",
                    pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0).id());
        }
    }
}
