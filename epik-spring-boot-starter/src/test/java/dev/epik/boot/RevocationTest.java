// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.Await;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A visitor revokes the consent while the sale waits for delivery. */
@Timeout(120)
class RevocationTest {
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @BeforeAll
    static void excludeDatabases() {
        System.setProperty("spring.autoconfigure.exclude", EpikAutoConfigurationTest.exclusions());
    }

    @AfterAll
    static void includeDatabases() {
        System.clearProperty("spring.autoconfigure.exclude");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        Outbox outbox() {
            return MemoryOutbox.ofCapacity(100);
        }
    }

    @Test
    void aDenialOnTheServerOrByTheBeaconCancelsTheVisitorsWaitingSales() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            pinterest.alwaysRespondWith(FakeResponse.unavailable());
            String[] settings = {
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--epik.mode=live",
                "--epik.ad-account-id=" + ACCOUNT,
                "--epik.access-token=a-token",
                "--epik.api=" + pinterest.uri()
            };
            try (ConfigurableApplicationContext shop = new SpringApplication(Shop.class).run(settings)) {
                EpikClient epik = shop.getBean(EpikClient.class);
                for (String clickId : List.of("by-page", "by-script", "by-cookie", "stays")) {
                    assertTrue(epik.submit(sale(clickId)).isStored());
                }
                String port = shop.getEnvironment().getProperty("local.server.port");
                URI address = URI.create("http://127.0.0.1:" + port + "/");
                send(HttpRequest.newBuilder(address)
                        .header("Accept", "text/html")
                        .header("Sec-GPC", "1")
                        .header("Cookie", "_epik=by-page"));
                beacon(address, "consent=denied&epik=by-script", "a=b");
                beacon(address, "consent=denied", "_epik=by-cookie");
                beacon(address, "epik=stays", "_epik=stays");
                Await.until(() -> epik.stats().waiting() == 1);
                pinterest.respondNormally();
                epik.resume();
                assertEquals(
                        "stays",
                        pinterest.awaitEvents(1, Duration.ofSeconds(60)).get(0).id());
            }
        }
    }

    private static ConversionEvent sale(String clickId) {
        return ConversionEvent.checkout(clickId)
                .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                        .withClickId(clickId)
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private static void beacon(URI address, String body, String cookie) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(address.resolve("/_epik"))
                .header("Content-Type", "text/plain;charset=utf-8")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString(body)));
        assertEquals(204, answer.statusCode());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return BROWSER.send(request.build(), BodyHandlers.ofString());
    }
}
