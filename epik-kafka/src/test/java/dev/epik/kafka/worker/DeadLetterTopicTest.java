// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.KafkaBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeadLetterTopicTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaSettings settings(String topic) {
        return new KafkaSettings(broker.bootstrap(), topic, topic, Map.of(), 100, 1);
    }

    private static RecordSender sender() {
        return (record, deadline) -> {
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrap()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                var unused = producer.send(record); // close waits for it
            }
            return CompletableFuture.completedFuture(null);
        };
    }

    private static void write(ProducerRecord<byte[], byte[]> record) {
        sender().send(record, Duration.ZERO).join();
    }

    private static DeadLetter letter(String account, String id, Duration age, Duration since) {
        StoredEvent event = new StoredEvent(account, "checkout", id, "{}", NOW.minus(age), false);
        return new DeadLetter(event, "refused", NOW.minus(since));
    }

    private static DeadLetterTopic topic(String name) {
        return new DeadLetterTopic(settings(name), sender(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static ProducerRecord<byte[], byte[]> dead(String topic, DeadLetter letter, long offset) {
        return RecordFormat.dead(topic + "-dead", letter, new TopicPartition(topic, 0), offset);
    }

    private static void create(String topic) {
        broker.topics().create(topic, 2);
        broker.topics().create(topic + "-dead", 2, Map.of("cleanup.policy", "compact"));
    }

    private static List<String> ids(List<DeadLetter> letters) {
        return letters.stream().map(letter -> letter.event().id()).toList();
    }

    @Test
    void listsTheNewestOfTheAdAccountThatWereNotRemoved() {
        create("list");
        DeadLetter removed = letter("1", "removed", Duration.ZERO, Duration.ofMinutes(9));
        int offset = 0;
        for (DeadLetter letter : List.of(
                letter("1", "a", Duration.ZERO, Duration.ofMinutes(3)),
                removed,
                letter("1", "b", Duration.ZERO, Duration.ofMinutes(2)),
                letter("2", "other", Duration.ZERO, Duration.ofMinutes(1)),
                letter("1", "c", Duration.ZERO, Duration.ofMinutes(1)))) {
            write(dead("list", letter, offset++));
        }
        byte[] key = dead("list", removed, 1).key();
        write(new ProducerRecord<>("list-dead", key, null));
        write(new ProducerRecord<>("list-dead", new byte[] {1}, new byte[] {2})); // of another program
        assertEquals(List.of("c", "b", "a"), ids(topic("list").deadLetters("1", 10)));
        assertEquals(List.of("c", "b"), ids(topic("list").deadLetters("1", 2)));
        assertEquals(List.of(), topic("list").deadLetters("3", 2));
    }

    @Test
    void redriveWritesTheEventsAgainAndRemovesTheDeadLetters() {
        create("redrive");
        for (DeadLetter letter : List.of(
                letter("1", "new", Duration.ofHours(1), Duration.ofMinutes(3)),
                letter("1", "old", Duration.ofHours(49), Duration.ofMinutes(2)),
                letter("2", "new", Duration.ofHours(1), Duration.ofMinutes(1)))) {
            write(dead("redrive", letter, 0));
        }
        DeadLetterTopic topic = topic("redrive");
        assertEquals(
                new RedriveResult(0, 0),
                topic.redrive("1", new DeadLetter.Which.OfId("none"), DeadLetter.Scope.RECENT));
        assertEquals(new RedriveResult(1, 1), topic.redrive("1", new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertEquals(List.of("old"), ids(topic.deadLetters("1", 10)));
        assertEquals(List.of("new"), ids(topic.deadLetters("2", 10)));
        assertEquals(
                new RedriveResult(1, 0),
                topic.redrive("1", new DeadLetter.Which.OfId("old"), DeadLetter.Scope.INCLUDE_EXPIRED));
        List<RecordFormat.Event> events = broker.topics().records("redrive").stream()
                .map(record -> assertInstanceOf(
                        RecordFormat.Event.class, RecordFormat.read(record.key(), record.value(), record.headers())))
                .toList();
        assertEquals(2, events.size());
        assertEquals(
                List.of(true, true),
                events.stream().map(RecordFormat.Event::redriven).toList());
    }

    @Test
    void anEventThatBecomesADeadLetterAgainDuringItsRedriveStaysADeadLetter() {
        create("again");
        write(dead("again", letter("1", "a", Duration.ofHours(1), Duration.ofMinutes(3)), 0));
        RecordSender rejectedAtOnce = (record, deadline) -> {
            write(record);
            if (record.topic().equals("again")) { // a worker is quicker than the redrive
                write(dead("again", letter("1", "a", Duration.ofHours(1), Duration.ZERO), 1));
            }
            return CompletableFuture.completedFuture(null);
        };
        DeadLetterTopic topic =
                new DeadLetterTopic(settings("again"), rejectedAtOnce, Clock.fixed(NOW, ZoneOffset.UTC));
        assertEquals(new RedriveResult(1, 0), topic.redrive("1", new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertEquals(
                List.of(NOW),
                topic.deadLetters("1", 10).stream().map(DeadLetter::since).toList());
    }

    @Test
    void anEventWithSeveralDeadLettersIsRedrivenOnceAndHasNoneLeft() {
        create("several");
        for (int offset = 0; offset < 3; offset++) {
            write(dead("several", letter("1", "a", Duration.ofHours(1), Duration.ofMinutes(3 - offset)), offset));
        }
        DeadLetterTopic topic = topic("several");
        assertEquals(1, topic.deadLetters("1", 10).size());
        assertEquals(new RedriveResult(1, 0), topic.redrive("1", new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertEquals(List.of(), topic.deadLetters("1", 10));
        assertEquals(1, broker.topics().records("several").size());
    }

    @Test
    void aMissingTopicIsAFailureWithTheCure() {
        OutboxException e =
                assertThrows(OutboxException.class, () -> topic("nowhere").deadLetters("1", 1));
        assertTrue(e.getMessage().contains("--create --topic nowhere-dead"), e.getMessage());
    }
}
