// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.testing.FreePorts;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaTopics;
import dev.epik.testing.TestCertificate;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The brokers and the security that Spring Boot knows, with a real broker. */
@Timeout(240)
class KafkaConnectionTest {
    private static final String NOWHERE = "127.0.0.1:1";
    private static final String PLAIN = "127.0.0.1:" + FreePorts.next();
    private static final String TLS = "127.0.0.1:" + FreePorts.next();

    private static KafkaBroker broker;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    /** As Testcontainers and Docker Compose support provide it. */
    @Configuration(proxyBeanMethods = false)
    static class Container {
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(name = "org.springframework.boot.autoconfigure.kafka.KafkaConnectionDetails")
        static class OnSpringBoot3 {
            @Bean
            org.springframework.boot.autoconfigure.kafka.KafkaConnectionDetails container() {
                return () -> List.of(PLAIN);
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(name = "org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails")
        static class OnSpringBoot4 {
            @Bean
            org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails container() {
                return () -> List.of(PLAIN);
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        String controller = "127.0.0.1:" + FreePorts.next();
        broker = KafkaBroker.start(Map.of(
                "node.id",
                "71",
                "controller.quorum.voters",
                "71@" + controller,
                "listeners",
                "BROKER://" + PLAIN + ",TLS://" + TLS + ",CONTROLLER://" + controller,
                "advertised.listeners",
                "BROKER://" + PLAIN + ",TLS://" + TLS,
                "listener.security.protocol.map",
                "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL",
                "ssl.keystore.location",
                TestCertificate.FILE.toString(),
                "ssl.keystore.password",
                TestCertificate.PASSWORD,
                "ssl.keystore.type",
                "PKCS12"));
        for (String name : List.of("epik-events", "epik-events-retry", "epik-events-retry-later")) {
            topics().create(name, 1);
        }
    }

    private static KafkaTopics topics() {
        return new KafkaTopics(PLAIN);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void storesOneMore(Class<?> more, String... properties) {
        int before = topics().records("epik-events").size();
        try (ConfigurableApplicationContext shop = new SpringApplicationBuilder(Shop.class, more)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.autoconfigure.exclude=" + EpikAutoConfigurationTest.exclusions(),
                        "logging.level.org.apache.kafka=error",
                        "epik.mode=live",
                        "epik.ad-account-id=549755885175",
                        "epik.access-token=a-token",
                        "epik.outbox.type=kafka",
                        "epik.kafka.deliver=false")
                .run(Arrays.stream(properties).map(each -> "--" + each).toArray(String[]::new))) {
            assertTrue(shop.getBean(EpikClient.class).submit(sale("1001")).isStored());
        }
        assertEquals(before + 1, topics().records("epik-events").size());
    }

    @Test
    void serversOfAContainerArePreferredToThoseOfSpringKafka() {
        storesOneMore(Container.class, "spring.kafka.bootstrap-servers=" + NOWHERE);
    }

    @Test
    void theBundleOfSpringKafkaReachesTheBroker() throws Exception {
        storesOneMore(
                Shop.class,
                "spring.kafka.bootstrap-servers=" + TLS,
                "spring.kafka.security.protocol=SSL",
                "spring.kafka.ssl.bundle=shop",
                "spring.ssl.bundle.pem.shop.truststore.certificate=" + certificate());
    }

    /** Returns the certificate of the broker as PEM. */
    private static String certificate() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(TestCertificate.FILE)) {
            keys.load(file, TestCertificate.PASSWORD.toCharArray());
        }
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(keys.getCertificate("shop").getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }
}
