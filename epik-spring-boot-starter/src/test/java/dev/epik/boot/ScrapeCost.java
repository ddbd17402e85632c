// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Set;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Prints the time of a scrape of Epik's meters, and of reading its health, while a million events wait in PostgreSQL. A
 * program, because no test asserts a time.
 */
final class ScrapeCost {
    private static final int WAITING = 1_000_000;
    private static final int ROUNDS = 2_000;

    private ScrapeCost() {}

    public static void main(String... arguments) throws Exception {
        try (ConfigurableApplicationContext shop = new SpringApplicationBuilder(ScrapeTest.Shop.class)
                .web(WebApplicationType.NONE)
                .run("--epik.mode=live", "--epik.ad-account-id=549755885175", "--spring.main.banner-mode=off")) {
            EpikClient epik = shop.getBean(EpikClient.class);
            for (int i = 0; i < 100; i++) {
                epik.submit(sale("order-" + i));
            }
            JdbcTemplate jdbc = shop.getBean(JdbcTemplate.class);
            jdbc.update("UPDATE epik_outbox SET ready_at = ready_at + 86400000 WHERE event_id = 'order-1'");
            copy(jdbc);
            while (epik.recentStats().map(DeliveryStats::waiting).orElse(0) < WAITING) {
                Thread.sleep(100);
            }
            MeterRegistry registry = shop.getBean(MeterRegistry.class);
            Deployment deployment = Deployment.of(
                    shop.getBean(EpikProperties.class),
                    shop.getBean(EpikOutboxProperties.class),
                    shop.getBeanFactory());
            System.out.println(epik.recentStats().orElseThrow());
            print(
                    "scrape",
                    () -> registry.forEachMeter(meter -> {
                        if (meter.getId().getName().startsWith("epik.")) {
                            meter.measure().forEach(each -> each.getValue());
                        }
                    }));
            print("health", () -> HealthReport.of(epik, deployment, Set.of()));
            print("endpoint", () -> new EpikEndpoint(epik, deployment).epik());
        }
    }

    /** Copies one waiting event many times, due tomorrow. */
    private static void copy(JdbcTemplate jdbc) {
        String columns = String.join(
                ", ",
                jdbc.queryForList(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = 'epik_outbox'"
                                + " AND column_name NOT IN ('event_key', 'event_id')",
                        String.class));
        jdbc.update("INSERT INTO epik_outbox (event_key, event_id, " + columns + ") SELECT decode(md5(i::text), 'hex'),"
                + " 'copy-' || i, " + columns + " FROM epik_outbox, generate_series(1, " + WAITING
                + ") AS i WHERE event_id = 'order-1'");
    }

    private static void print(String what, Runnable code) {
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < 2 * ROUNDS; i++) { // the first half warms up
            long begun = System.nanoTime();
            code.run();
            nanos[i % ROUNDS] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%s: median %d us, 99th percentile %d us, slowest %d us%n",
                what, nanos[ROUNDS / 2] / 1000, nanos[ROUNDS * 99 / 100] / 1000, nanos[ROUNDS - 1] / 1000);
    }
}
