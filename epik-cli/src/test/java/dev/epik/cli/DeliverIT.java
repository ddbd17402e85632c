// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stores events in Kafka and delivers them, as an operator does. */
class DeliverIT extends CliTestCase {
    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static String event(String id) {
        return "{\"event_name\":\"checkout\",\"event_id\":\"" + id + "\",\"event_time\":"
                + Instant.now().getEpochSecond()
                + ",\"user\":{\"email\":\"canary@shop.example\",\"click_id\":\"dj0y\"}}";
    }

    private static void createTopics(String topic) {
        KafkaTopics topics = broker.topics();
        topics.create(topic, 3);
        topics.create(topic + "-retry", 3);
        topics.create(topic + "-retry-later", 3);
        topics.create(topic + "-dead", 1, Map.of("cleanup.policy", "compact"));
    }

    private Path file(String... lines) throws Exception {
        return Files.write(folder.resolve("events.ndjson"), List.of(lines));
    }

    private String place(String topic) {
        return "kafka://" + broker.bootstrap() + "/" + topic;
    }

    @Test
    void eventsOfOneProcessAreSentByAnotherUntilItIsStopped() throws Exception {
        createTopics("sold");
        EpikJar.Result stored = epik(
                "send", file(event("1"), "broken", event("2")).toString(), "--store-only", "--outbox", place("sold"));
        assertEquals(List.of("stored 1", "stored 2"), stored.out().lines().toList());
        assertTrue(stored.err().contains("2 stored in Kafka, 1 invalid."), stored::err);
        assertEquals(1, stored.exit());
        Process worker = EpikJar.start(
                environment(),
                "deliver",
                "--kafka",
                broker.bootstrap(),
                "--topic",
                "sold",
                "--api",
                pinterest.uri().toString());
        try {
            Await.until(() -> received().size() == 2);
        } finally {
            worker.destroy();
        }
        assertTrue(worker.waitFor() == 143, "stopped by SIGTERM");
        EpikJar.Result after = epik(
                "deliver",
                "--kafka",
                broker.bootstrap(),
                "--topic",
                "sold",
                "--for",
                "12s",
                "--api",
                pinterest.uri().toString());
        assertTrue(after.out().contains("accepted 0, rejected 0, waiting 0, unread 0"), after::out);
        assertTrue(after.out().contains("Pinterest accepted 0, rejected 0."), after::out);
        assertEquals("", after.err());
        assertEquals(0, after.exit());
        assertEquals(2, received().size(), "the worker had committed what it had sent");
    }

    @Test
    void aMissingTopicIsReportedWithTheCommandThatCreatesIt() throws Exception {
        EpikJar.Result result = epik("deliver", "--kafka", broker.bootstrap(), "--topic", "nothing");
        assertTrue(result.err().contains("kafka-topics.sh --bootstrap-server " + broker.bootstrap()), result::err);
        assertTrue(result.err().contains("--topic nothing-dead"), result::err);
        assertEquals(2, result.exit());
    }

    @Test
    void kafkaOnlyStores() throws Exception {
        EpikJar.Result result = epik("send", file(event("1")).toString(), "--outbox", place("sold"));
        assertTrue(result.err().contains("add --store-only"), result::err);
        assertEquals(2, result.exit());
    }

    @Test
    void aPropertyThatTheGuaranteesNeedIsReported() throws Exception {
        Path config = Files.writeString(folder.resolve("kafka.properties"), "acks=1\n");
        EpikJar.Result result = epik("deliver", "--kafka", broker.bootstrap(), "--kafka-config", config.toString());
        assertTrue(result.err().contains("The Kafka property acks cannot be set."), result::err);
        assertEquals(2, result.exit());
    }
}
