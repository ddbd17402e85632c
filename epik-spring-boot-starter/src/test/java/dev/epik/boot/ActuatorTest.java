// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics of an application with the actuator, over HTTP. The build runs it on several versions of Spring Boot. */
@Timeout(240)
class ActuatorTest {
    private static final HttpClient BROWSER = HttpClient.newHttpClient();
    private static final Duration LONG = Duration.ofSeconds(20);

    private FakePinterest pinterest;
    private @Nullable ConfigurableApplicationContext shop;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @Configuration(proxyBeanMethods = false)
    static class TwoClients {
        @Bean
        EpikClient one() {
            return EpikClient.unavailable("one");
        }

        @Bean
        EpikClient other() {
            return EpikClient.unavailable("other");
        }
    }

    @BeforeEach
    void startPinterest() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
        }
        pinterest.close();
    }

    private ConfigurableApplicationContext start(WebApplicationType web, Class<?> more, String... properties) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "spring.main.banner-mode=off",
                                "spring.autoconfigure.exclude=" + EpikAutoConfigurationTest.exclusions(),
                                "server.port=0",
                                "server.address=127.0.0.1",
                                "management.endpoints.web.exposure.include=*",
                                "management.endpoint.health.show-details=always",
                                "epik.mode=live",
                                "epik.ad-account-id=549755885175",
                                "epik.access-token=a-token",
                                "epik.outbox.type=memory",
                                "epik.api=" + pinterest.uri()),
                        Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        ConfigurableApplicationContext started =
                new SpringApplicationBuilder(Shop.class, more).web(web).run(arguments);
        shop = started;
        return started;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        String port = Objects.requireNonNull(shop).getEnvironment().getProperty("local.server.port");
        return BROWSER.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Accept", "text/html, */*")
                        .build(),
                BodyHandlers.ofString());
    }

    private static boolean hasLine(String text, String start) {
        return text.lines().anyMatch(line -> line.startsWith(start));
    }

    @Test
    void prometheusScrapesClientAndFilter() throws Exception {
        EpikClient epik = start(WebApplicationType.SERVLET, Shop.class).getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        pinterest.awaitEvents(1, LONG);
        var unused = get("/?epik=dj0yJnU9a2xpY2s"); // a landing
        get("/actuator/prometheus"); // registers the counters that exist by now
        String scraped = get("/actuator/prometheus").body();
        assertTrue(hasLine(scraped, "epik_outbox_waiting"), scraped);
        assertTrue(hasLine(scraped, "epik_events_total{account=\"main\",click_id=\"false\""), scraped);
        assertTrue(hasLine(scraped, "epik_capture_total{result=\"captured\"} 1.0"), scraped);
        assertFalse(scraped.contains("549755885175"), "no id of an ad account is in a tag");
        assertEquals(200, get("/actuator/metrics/epik.outbox.waiting").statusCode());
        assertEquals(200, get("/actuator/metrics/epik.capture").statusCode());
    }

    @Test
    void aReactiveApplicationHasTheMetersOfTheClient() throws Exception {
        start(WebApplicationType.REACTIVE, Shop.class);
        String scraped = get("/actuator/prometheus").body();
        assertTrue(hasLine(scraped, "epik_outbox_waiting"), scraped);
        assertFalse(hasLine(scraped, "epik_capture"), scraped);
    }

    @Test
    void twoClientsOfTheApplicationHaveNoMetersUnlessOneIsPrimary() throws Exception {
        start(WebApplicationType.SERVLET, TwoClients.class);
        assertFalse(hasLine(get("/actuator/prometheus").body(), "epik_outbox"));
    }
}
