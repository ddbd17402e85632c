// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The dashboard and the alert rules in {@code docs/operations} with a real Prometheus, which scrapes two replicas of a
 * shop on one database. The build runs it on one version of Spring Boot.
 */
@Timeout(300)
class PrometheusTest {
    private static final String ACCOUNT = "549755885175";
    private static final Set<String> OF_AN_OUTAGE =
            Set.of("EpikBacklogGrows", "EpikOldestEventWaits", "EpikDeliveryPaused");

    @Test
    @RequiresPrometheus
    void rulesPassTheirUnitTests() throws Exception {
        promtool("check", "rules", OperationsFiles.RULES.toString());
        promtool("test", "rules", OperationsFiles.RULES_TEST.toString());
    }

    private static void promtool(String... arguments) throws Exception {
        Process promtool = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(promtool.waitFor(10, TimeUnit.SECONDS), output);
            assertEquals(0, promtool.exitValue(), output);
        } finally {
            promtool.destroyForcibly();
        }
    }

    @Test
    @RequiresPrometheus
    void everyQueryHasDataAndAnOutageFiresAlertsUntilItEnds(@TempDir Path folder) throws Exception {
        String database = Postgres.newDatabase();
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                ConfigurableApplicationContext one = start(database, pinterest.uri());
                ConfigurableApplicationContext other = start(database, pinterest.uri());
                RealPrometheus prometheus = RealPrometheus.start(
                        folder,
                        "/actuator/prometheus",
                        List.of(port(one), port(other)),
                        OperationsFiles.quickRules())) {
            pinterest.failEvents(id -> id.startsWith(ShopLoad.REJECTED), "Rejected by the test");
            pinterest.respondWith(FakeResponse.unauthorized());
            try (ShopLoad load = new ShopLoad(one.getBean(EpikClient.class), other.getBean(EpikClient.class))) {
                load.start();
                land(port(one));
                everyQueryHasData(prometheus);
                assertFalse(prometheus.namesOfFiring().contains("EpikBacklogGrows"));

                pinterest.alwaysRespondWith(FakeResponse.unavailable());
                await("alerts", () -> prometheus.namesOfFiring().containsAll(OF_AN_OUTAGE));
                assertAnnotated(prometheus.firing());

                pinterest.respondNormally();
                await(
                        "the end of alerts",
                        () -> prometheus.namesOfFiring().stream().noneMatch(OF_AN_OUTAGE::contains));
            }
            countersOfReplicasAddUp(prometheus);
        }
    }

    private static ConfigurableApplicationContext start(String database, URI api) {
        return new SpringApplicationBuilder(ShopProgram.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + database,
                        "--spring.datasource.hikari.maximum-pool-size=8",
                        "--management.endpoints.web.exposure.include=prometheus",
                        "--epik.mode=live",
                        "--epik.ad-account-id=" + ACCOUNT,
                        "--epik.access-token=a-token",
                        "--epik.api=" + api);
    }

    private static int port(ConfigurableApplicationContext shop) {
        return shop.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Opens a page with a click id, so that the filter has something to count. */
    private static void land(int port) throws Exception {
        HttpRequest landing = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/visit?epik=dj0yJnU9abc"))
                .header("Accept", "text/html")
                .build();
        assertEquals(
                200,
                HttpClient.newHttpClient()
                        .send(landing, BodyHandlers.ofString())
                        .statusCode());
    }

    private static void everyQueryHasData(RealPrometheus prometheus) throws Exception {
        Set<String> queries = new LinkedHashSet<>(OperationsFiles.dashboardQueries());
        queries.addAll(OperationsFiles.alertQueries());
        for (String query : Set.copyOf(queries)) {
            queries.addAll(OperationsFiles.selectors(query));
        }
        for (String query : queries) {
            await(query, () -> prometheus.query(query).stream().anyMatch(value -> !value.equals("NaN")));
        }
    }

    private static void assertAnnotated(List<Json> alerts) {
        for (Json alert : alerts) {
            for (String name : List.of("summary", "description", "runbook_url")) {
                String text = alert.at("annotations", name).text();
                assertFalse(text.isBlank() || text.contains("error") || text.contains("{{"), text);
            }
            assertTrue(
                    Set.of("critical", "warning")
                            .contains(alert.at("labels", "severity").text()),
                    alert::toString);
        }
    }

    /** Checks that each stored event has one outcome that is final, in the counters of both replicas together. */
    private static void countersOfReplicasAddUp(RealPrometheus prometheus) throws Exception {
        String difference = "sum(epik_events_total{result=\"stored\"})"
                + " - sum(epik_events_total{result=~\"accepted|rejected\"}) - max(epik_outbox_waiting)";
        await(
                difference,
                () -> prometheus.query(difference).equals(List.of("0"))
                        && prometheus.query("count(epik_outbox_waiting == 0)").equals(List.of("2")));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.call()) {
            assertTrue(System.nanoTime() - end < 0, "not within 90 s: " + what);
            Thread.sleep(200);
        }
    }
}
