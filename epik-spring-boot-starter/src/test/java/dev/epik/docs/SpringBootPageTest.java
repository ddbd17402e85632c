// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.boot.DocumentedShop;
import dev.epik.capi.EpikClient;
import dev.epik.capi.SubmitResult;
import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Starts the examples of {@code docs/spring-boot.md}. */
@Timeout(240)
class SpringBootPageTest {
    private FakePinterest pinterest;

    @BeforeEach
    void startPinterest() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    private ConfigurableApplicationContext start(String file, Class<?> more, String... properties) throws Exception {
        return DocumentedShop.start(file, pinterest.uri(), more, properties);
    }

    private static String buy(ConfigurableApplicationContext shop, String number) throws Exception {
        URI order = URI.create("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port")
                + "/order?email=a@example.com&number=" + number);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(order)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    @Test
    void threePropertiesDeliverAndARolledBackOrderSendsNothing() throws Exception {
        try (ConfigurableApplicationContext shop = start("application.yml", OrderController.class)) {
            shop.getBean(JdbcTemplate.class).execute("CREATE TABLE orders (number text PRIMARY KEY)");
            assertEquals("thanks", buy(shop, "1001"));
            assertTrue(buy(shop, "1001").contains("500"), "the order is there already");
            pinterest.awaitEvents(1, Duration.ofSeconds(20));
            assertEquals("thanks", buy(shop, "1002"));
            Instant committed = Instant.now(); // or shortly before
            List<ReceivedEvent> received = pinterest.awaitEvents(2, Duration.ofSeconds(20));
            assertEquals("1001", received.get(0).id());
            Duration delivery = Duration.between(committed, received.get(1).receivedAt());
            assertTrue(delivery.compareTo(Duration.ofSeconds(3)) < 0, delivery::toString);
            assertEquals(2, pinterest.received().size());
        }
    }

    /** As Flyway and Liquibase do: the script is run before the outbox is opened. */
    @Test
    void theScriptInTheJarCreatesTheTables() throws Exception {
        try (ConfigurableApplicationContext shop = start(
                "application.yml",
                OrderController.class,
                "--spring.sql.init.mode=always",
                "--spring.sql.init.schema-locations=classpath:dev/epik/capi/outbox/epik-outbox-postgresql.sql",
                "--epik.outbox.create-tables=false")) {
            shop.getBean(JdbcTemplate.class).execute("CREATE TABLE orders (number text PRIMARY KEY)");
            assertEquals("thanks", buy(shop, "1001"));
            pinterest.awaitEvents(1, Duration.ofSeconds(20));
        }
    }

    @Test
    void severalAdAccountsAreOpened() throws Exception {
        try (ConfigurableApplicationContext shop = start("accounts.yml", OrderController.class)) {
            EpikClient epik = shop.getBean(EpikClient.class);
            assertEquals(0, epik.account("de").stats().waiting());
            assertEquals(0, epik.account("at").stats().waiting());
            assertTrue(epik.account("fr").submit(() -> null) instanceof SubmitResult.Failed);
        }
    }

    @Test
    void thePropertiesAndTheConsentBeanAreTaken() throws Exception {
        try (ConfigurableApplicationContext shop = start("application.properties", ShopConsent.class)) {
            assertEquals("required", shop.getEnvironment().getProperty("epik.filter.consent"));
            assertNotNull(shop.getBean(ConsentDecider.class));
            FilterRegistrationBean<?> registration =
                    shop.getBean("epikFilterRegistration", FilterRegistrationBean.class);
            assertEquals(EpikFilter.class, registration.getFilter().getClass());
        }
    }
}
