// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaTopics;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stores events in Kafka and delivers them, as an operator does. */
class DeliverIT extends CliTestCase {
    private static final String OTHER = "549755885198";

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

    private Path accounts(String... ids) throws Exception {
        Files.writeString(folder.resolve("token"), TOKEN);
        return Files.writeString(
                folder.resolve("accounts.csv"),
                "ad_account_id,token_file\n" + String.join(",token\n", ids) + ",token\n");
    }

    private void store(String topic, String account, String id) throws Exception {
        EpikJar.Result stored = epik(
                "send", file(event(id)).toString(), "--store-only", "--ad-account", account, "--outbox", place(topic));
        assertEquals(0, stored.exit(), stored::err);
    }

    private Process worker(String topic, Path accounts, Path err) throws Exception {
        return EpikJar.start(
                Map.of("EPIK_MODE", "live"),
                Redirect.to(err.toFile()),
                "deliver",
                "--kafka",
                broker.bootstrap(),
                "--topic",
                topic,
                "--accounts",
                accounts.toString(),
                "--api",
                pinterest.uri().toString());
    }

    @Test
    void eventsOfAnAdAccountThatIsNotInTheFileBlockNoOtherAndWaitInTheRetryTopic() throws Exception {
        createTopics("absent");
        store("absent", OTHER, "1");
        store("absent", ACCOUNT, "2");
        Path err = folder.resolve("err");
        Process worker = worker("absent", accounts(ACCOUNT, "549755885199"), err);
        try {
            Await.until(() -> received().equals(List.of("2"))
                    && broker.topics().records("absent-retry").size() == 1);
        } finally {
            worker.destroy();
        }
        assertEquals(143, worker.waitFor());
        String log = Files.readString(err);
        assertTrue(log.contains("Delivery to ad account " + OTHER + " pauses"), log);
        assertTrue(log.contains("accounts.csv: add a line for it"), log);
    }

    @Test
    @Tag("full") // the events are back from the retry topic after a minute
    void anAdAccountThatIsAddedToTheFileIsDeliveredWithoutARestart() throws Exception {
        createTopics("added");
        store("added", ACCOUNT, "1");
        Path err = folder.resolve("err");
        Process worker = worker("added", accounts(OTHER), err);
        try {
            Await.until(() -> Files.readString(err).contains("Delivery to ad account " + ACCOUNT + " pauses"));
            accounts(OTHER, ACCOUNT);
            assertEquals(
                    "1", pinterest.awaitEvents(1, Duration.ofMinutes(3)).get(0).id());
        } finally {
            worker.destroy();
        }
        assertEquals(143, worker.waitFor());
    }

    @Test
    void anAccountsFileThatCannotBeUsedIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("accounts.csv"), "ad_account_id,tokenfile\n1,a\n");
        String[] command = {"deliver", "--kafka", broker.bootstrap(), "--accounts", file.toString()};
        EpikJar.Result misspelt = epik(command);
        assertTrue(misspelt.err().contains("did you mean token_file?"), misspelt::err);
        assertEquals(2, misspelt.exit());
        Files.writeString(file, "ad_account_id,token_file\n1,nothing\n");
        EpikJar.Result unreadable = epik(command);
        assertTrue(
                unreadable.err().contains("has a token; ad account 1: The file of the access token "), unreadable::err);
        assertEquals(2, unreadable.exit());
    }

    @Test
    void anImportIntoKafkaIsRefusedBecauseASecondRunWouldCountTwice() throws Exception {
        EpikJar.Result result = epik("import", file(event("1")).toString(), "--outbox", place("sold"));
        assertTrue(result.err().contains("--outbox cannot be Kafka"), result::err);
        assertTrue(result.err().contains("Omit --outbox"), result::err);
        assertEquals(2, result.exit());
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
