// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpikMetricsTest {
    private static final String ACCOUNT = "549755885175";
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the test")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");

    private static EpikClient open(FakePinterest pinterest) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(100))
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }

    private static void submit(EpikClient epik, String id) {
        epik.submit(ConversionEvent.checkout(id).visit(VISIT));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void prometheusShowsEventsRequestsAndTheOutbox() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = open(pinterest)) {
            new EpikMetrics(epik).bindTo(registry);
            submit(epik, "1");
            submit(epik, "1");
            await(() -> registry.scrape().contains("result=\"accepted\"} 1.0")
                    && registry.scrape().contains("epik_outbox_waiting 0.0"));
            String page = registry.scrape();
            assertTrue(
                    page.contains("epik_events_total{account=\"main\",click_id=\"true\",event=\"checkout\","
                            + "reason=\"\",result=\"stored\"} 1.0"),
                    page);
            assertTrue(page.contains("result=\"duplicate\"} 1.0"), page);
            assertTrue(page.contains("epik_match_keys_total{account=\"main\",key=\"click_id\"} 1.0"), page);
            assertTrue(page.contains("epik_delivery_seconds_count{status=\"ok\"} 1"), page);
            assertTrue(page.contains("epik_outbox_oldest_age_seconds 0.0"), page);
            assertTrue(page.contains("epik_delivery_paused 0.0"), page);
            assertTrue(page.contains("epik_click_id_coverage{window=\"7d\"} NaN"), page);
            assertFalse(page.contains(ACCOUNT), page);
            assertTrue(page.contains("epik_delivery_refused 0.0"), page);
            pinterest.alwaysRespondWith(FakeResponse.unauthorized());
            submit(epik, "2");
            await(() -> registry.scrape().contains("epik_delivery_refused 1.0"));
        }
    }

    @Test
    void countersOfSalesStartAtZero() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = open(pinterest)) {
            new EpikMetrics(epik).bindTo(registry);
            String stored = "epik_events_total{account=\"main\",click_id=\"true\",event=\"checkout\","
                    + "reason=\"\",result=\"stored\"} ";
            String page = registry.scrape();
            assertTrue(page.contains(stored + "0.0"), page);
            submit(epik, "1");
            registry.scrape();
            assertTrue(registry.scrape().contains(stored + "1.0"), registry::scrape);
        }
    }

    @Test
    void metersOfAClientThatIsOpenedLaterFollowIt() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicReference<EpikClient> current = new AtomicReference<>(EpikClient.unavailable("The test opens it later"));
        EpikClient epik = EpikClient.delegatingTo(current::get);
        new EpikMetrics(epik).bindTo(registry);
        submit(epik, "1");
        waiting(registry);
        assertEquals(1, count(registry, "failed"));
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient opened = open(pinterest)) {
            current.set(opened);
            submit(epik, "1");
            submit(epik, "2");
            epik.submit(ConversionEvent.checkout(""));
            await(() -> waiting(registry) == 0);
            assertEquals(2, count(registry, "stored"));
        }
    }

    private static double count(SimpleMeterRegistry registry, String result) {
        return registry.get("epik.events").tag("result", result).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** Reads the gauge, which registers the counters that are new. */
    private static double waiting(SimpleMeterRegistry registry) {
        return registry.get("epik.outbox.waiting").gauge().value();
    }

    @Test
    void gaugesAreUnknownWhileTheClientCannotBeOpened() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new EpikMetrics(EpikClient.unavailable("The test says so")).bindTo(registry);
        assertEquals(
                Double.NaN,
                registry.get("epik.delivery.last.accepted.age").timeGauge().value());
    }
}
