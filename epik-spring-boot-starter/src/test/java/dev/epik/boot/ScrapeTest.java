// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.testkit.FakePinterest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics, health, info and endpoint of a shop whose database hangs: no request for them waits for it. */
@Timeout(240)
class ScrapeTest {
    private static final List<String> PATHS = List.of(
            "/actuator/prometheus",
            "/actuator/metrics/epik.outbox.waiting",
            "/actuator/health",
            "/actuator/info",
            "/actuator/epik");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        HangingDatabase database() throws Exception {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(Postgres.newDatabase());
            return new HangingDatabase(source);
        }
    }

    @Test
    void noScrapeWaitsForTheDatabase() throws Exception {
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                ConfigurableApplicationContext shop = start(pinterest)) {
            EpikClient epik = shop.getBean(EpikClient.class);
            assertTrue(epik.submit(sale("1001")).isStored());
            pinterest.awaitEvents(1, Duration.ofSeconds(20));
            HangingDatabase database = shop.getBean(HangingDatabase.class);
            database.hang();
            try {
                for (String path : PATHS) {
                    HttpResponse<String> answer = get(shop, path);
                    assertEquals(200, answer.statusCode(), path);
                }
            } finally {
                database.goOn();
            }
        }
    }

    private static ConfigurableApplicationContext start(FakePinterest pinterest) {
        return new SpringApplicationBuilder(Shop.class)
                .run(
                        "--spring.main.banner-mode=off",
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--management.endpoints.web.exposure.include=*",
                        "--management.endpoint.health.show-details=always",
                        "--management.health.db.enabled=false",
                        "--epik.mode=live",
                        "--epik.ad-account-id=549755885175",
                        "--epik.access-token=a-token",
                        "--epik.api=" + pinterest.uri());
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext shop, String path) throws Exception {
        URI page = URI.create("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port") + path);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(page)
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        BodyHandlers.ofString());
    }
}
