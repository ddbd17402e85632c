// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.filter.EpikFilter;
import dev.epik.micrometer.CaptureMetrics;
import dev.epik.micrometer.EpikMetrics;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert rules with a real Prometheus. */
@Timeout(240)
class PrometheusTest {
    private static final String ACCOUNT = "549755885175";
    private static final Set<String> OF_AN_OUTAGE =
            Set.of("EpikBacklogGrows", "EpikOldestEventWaits", "EpikDeliveryPaused");

    @Test
    @RequiresPrometheus
    void rulesPassTheirUnitTests() throws Exception {
        run("check", "rules", OperationsFiles.RULES.toString());
        run("test", "rules", OperationsFiles.RULES_TEST.toString());
    }

    private static void run(String... arguments) throws Exception {
        Process promtool = new ProcessBuilder(
                        Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(promtool.waitFor(120, TimeUnit.SECONDS), output);
        assertEquals(0, promtool.exitValue(), output);
    }

    @Test
    @RequiresPrometheus
    void everyQueryHasDataAndAnOutageFiresAlertsUntilItEnds(@TempDir Path folder) throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/actuator/prometheus", exchange -> {
            byte[] page = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        URI page = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/actuator/prometheus");
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(100_000))
                        .baseUrl(pinterest.uri())
                        .open();
                RealPrometheus prometheus = RealPrometheus.start(folder, page, OperationsFiles.quickRules())) {
            new EpikMetrics(epik).bindTo(registry);
            new CaptureMetrics(EpikFilter.ofSettings(Map.of())).bindTo(registry);
            pinterest.failEvents(id -> id.startsWith(Load.REJECTED), "Rejected by the test");
            pinterest.respondWith(FakeResponse.unauthorized());
            try (Load load = Load.on(epik)) {
                everyQueryHasData(prometheus);
                assertFalse(prometheus.namesOfFiring().contains("EpikBacklogGrows"));
                pinterest.alwaysRespondWith(FakeResponse.unavailable());
                await("alerts", () -> prometheus.namesOfFiring().containsAll(OF_AN_OUTAGE));
                for (Json alert : prometheus.firing()) {
                    assertFalse(alert.at("annotations").toString().contains("error"), alert::toString);
                }
                pinterest.respondNormally();
                await("the end of alerts", () -> prometheus.namesOfFiring().stream()
                        .noneMatch(OF_AN_OUTAGE::contains));
            }
        } finally {
            server.stop(0);
        }
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

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.call()) {
            assertTrue(System.nanoTime() - end < 0, "none within 90 s: " + what);
            Thread.sleep(200);
        }
    }
}
