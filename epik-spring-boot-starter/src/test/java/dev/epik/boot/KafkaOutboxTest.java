// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.KafkaStore;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaBrokerProcess;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Events in Kafka, by {@code epik.outbox.type=kafka} or by a bean. */
@Timeout(240)
class KafkaOutboxTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static KafkaBrokerProcess broker;
    private static String database;

    private FakePinterest pinterest;
    private @Nullable ConfigurableApplicationContext shop;

    /** Knows nothing of outboxes. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        public static void main(String... arguments) {
            try (ConfigurableApplicationContext started = SpringApplication.run(Shop.class, arguments)) {
                System.out.println("STARTED "
                        + started.getBean(EpikClient.class).submit(sale("1001")).isStored());
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnStore {
        @Bean
        EventStore own(@Value("${epik.kafka.bootstrap-servers}") String servers) {
            return KafkaStore.builder(servers)
                    .topic("epik-own")
                    .createTopics(1, 1)
                    .build();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.startProcess(folder.resolve("broker"));
        createTopics("epik-events");
        database = Postgres.newDatabase();
    }

    private static void createTopics(String topic) {
        for (String name : List.of(topic, topic + "-retry", topic + "-retry-later")) {
            broker.topics().create(name, 2);
        }
        broker.topics().create(topic + "-dead", 1, Map.of("cleanup.policy", "compact"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startPinterest() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
            shop = null;
        }
        pinterest.close();
    }

    /** Starts a shop that has a file, a database and a cluster, so that only the type decides. */
    private EpikClient start(WebApplicationType web, Class<?> more, String... properties) {
        ConfigurableApplicationContext started = new SpringApplicationBuilder(Shop.class, more)
                .web(web)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.autoconfigure.exclude="
                                + EpikAutoConfigurationTest.exclusions().replaceAll(".*,", ""), // JPA only
                        "spring.data.jpa.repositories.enabled=false",
                        "spring.datasource.url=" + database,
                        "logging.level.org.apache.kafka=error",
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always",
                        "epik.mode=live",
                        "epik.ad-account-id=549755885175",
                        "epik.access-token=a-token",
                        "epik.delivery.linger=0s",
                        "epik.api=" + pinterest.uri(),
                        "epik.outbox.file=" + folder.resolve("epik.db"),
                        "epik.kafka.bootstrap-servers=" + broker.bootstrap())
                .run(Arrays.stream(properties).map(each -> "--" + each).toArray(String[]::new));
        shop = started;
        return started.getBean(EpikClient.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "jdbc", "kafka"})
    void movingToAnotherOutboxIsOneLineOfConfiguration(String type) throws Exception {
        String line = "epik.outbox.type=" + type;
        EpikClient epik = start(WebApplicationType.NONE, Shop.class, line, "epik.access-token=");
        assertTrue(epik.submit(sale(type + "-1")).isStored());
        assertTrue(epik.submit(sale(type + "-2")).isStored());
        awaitWaiting(epik, 2);
        stop();
        startPinterest();
        epik = start(WebApplicationType.NONE, Shop.class, line);
        assertTrue(epik.submit(sale(type + "-3")).isStored());
        assertEquals(
                List.of(type + "-1", type + "-2", type + "-3"),
                pinterest.awaitEvents(3, LONG).stream()
                        .map(ReceivedEvent::id)
                        .sorted()
                        .toList());
        awaitWaiting(epik, 0);
    }

    private static void awaitWaiting(EpikClient epik, int events) throws InterruptedException {
        while (epik.totalStats().waiting() != events) {
            Thread.sleep(20);
        }
    }

    @Test
    void aShopThatDoesNotDeliverOnlyStores() throws Exception {
        createTopics("epik-stored");
        EpikClient epik = start(
                WebApplicationType.NONE,
                Shop.class,
                "epik.outbox.type=kafka",
                "epik.kafka.topic=epik-stored",
                "epik.kafka.deliver=false");
        assertTrue(epik.submit(sale("1001")).isStored());
        assertEquals(1, broker.topics().records("epik-stored").size());
        assertEquals(1, epik.totalStats().waiting());
        EpikException failure = assertThrows(EpikException.class, epik::stats);
        assertTrue(failure.getMessage().contains("others deliver"), failure.getMessage());
    }

    @Test
    void aStoreOfTheApplicationIsUsed() throws Exception {
        EpikClient epik = start(WebApplicationType.SERVLET, OwnStore.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        assertEquals(1, broker.topics().records("epik-own").size());
        String info = get("/actuator/health/epik");
        assertTrue(info.contains("\"outbox\":\"KafkaStore\""), info);
    }

    private ConfigurableApplicationContext startDocumented(Class<?> more) throws Exception {
        ConfigurableApplicationContext started = DocumentedShop.start(
                "kafka.yml",
                pinterest.uri(),
                more,
                "--epik.kafka.bootstrap-servers=" + broker.bootstrap(),
                "--logging.level.org.apache.kafka=error");
        shop = started;
        return started;
    }

    @Test
    void theDocumentedConfigurationDelivers() throws Exception {
        EpikClient epik = startDocumented(Shop.class).getBean(EpikClient.class);
        assertTrue(epik.submit(sale("documented-1")).isStored());
        assertEquals("documented-1", pinterest.awaitEvents(1, LONG).get(0).id());
    }

    @Test
    void theDocumentedRelayDeliversWhatIsCommittedAndNothingElse() throws Exception {
        ConfigurableApplicationContext started = startDocumented(Class.forName("dev.epik.docs.ShopRelay"));
        EpikClient epik = started.getBean(EpikClient.class);
        TransactionTemplate transaction = new TransactionTemplate(started.getBean(PlatformTransactionManager.class));
        transaction.executeWithoutResult(status -> {
            assertTrue(epik.submit(sale("relayed-1")).isStored());
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(
                status -> assertTrue(epik.submit(sale("relayed-2")).isStored()));
        assertEquals("relayed-2", pinterest.awaitEvents(1, LONG).get(0).id());
        assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(sale("relayed-2")));
    }

    @Test
    void withoutABrokerTheShopStartsAndHealthSaysWhatIsWrong() throws Exception {
        String nowhere = freeAddress();
        EpikClient epik = start(
                WebApplicationType.SERVLET,
                Shop.class,
                "epik.outbox.type=kafka",
                "epik.kafka.bootstrap-servers=" + nowhere,
                "epik.health.down-on=storage");
        SubmitResult.Failed failed = assertInstanceOf(SubmitResult.Failed.class, epik.submit(sale("1001")));
        assertTrue(failed.cause().contains(nowhere), failed::cause);
        String health = get("/actuator/health/epik");
        while (!health.contains("\"storage\":")) {
            Thread.sleep(20);
            health = get("/actuator/health/epik");
        }
        assertTrue(health.contains("\"status\":\"DOWN\"") && health.contains("\"trouble\":\"storage\""), health);
        assertTrue(health.contains(nowhere), health);
        assertTrue(get("/actuator/prometheus").contains("epik_outbox_waiting NaN"));
    }

    private static String freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private String get(String path) throws Exception {
        ConfigurableApplicationContext started = shop;
        if (started == null) {
            throw new AssertionError("the shop is not started");
        }
        URI uri = URI.create("http://127.0.0.1:" + started.getEnvironment().getProperty("local.server.port") + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    /** The cure is one sentence, and no class of Kafka is needed for another outbox. */
    @Test
    void withoutEpikKafkaOtherOutboxesWorkAndTheMessageNamesTheDependency() throws Exception {
        assertTrue(runWithoutKafka("memory").contains("STARTED true"));
        String log = runWithoutKafka("kafka");
        assertTrue(log.contains("Add dev.epik:epik-kafka to the dependencies."), log);
        assertFalse(log.contains("NoClassDefFoundError") || log.contains("STARTED"), log);
    }

    private String runWithoutKafka(String type) throws Exception {
        String classPath = Arrays.stream(ChildJvm.classPath().split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("epik-kafka") && !entry.contains("kafka-clients"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = Stream.of(
                        Stream.of(ChildJvm.JAVA, "-cp", classPath),
                        ChildJvm.QUICK.stream(),
                        Stream.of(
                                Shop.class.getName(),
                                "--spring.main.web-application-type=none",
                                "--spring.autoconfigure.exclude=" + EpikAutoConfigurationTest.exclusions(),
                                "--epik.mode=live",
                                "--epik.ad-account-id=549755885175",
                                "--epik.api=" + pinterest.uri(),
                                "--epik.kafka.bootstrap-servers=" + broker.bootstrap(),
                                "--epik.outbox.type=" + type))
                .flatMap(words -> words)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }
}
