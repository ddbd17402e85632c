// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.epik.bench.Sale;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.KafkaStore;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.testing.KafkaTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** The events of {@link KafkaBench}, and their records. */
final class KafkaEvents {
    /** Ad accounts of four partitions out of {@link #PARTITIONS}. */
    static final List<String> ACCOUNTS = List.of("549755885175", "549755885176", "549755885179", "549755885182");

    static final int PARTITIONS = 4;

    /** The number of events that a worker holds by default. */
    static final int WINDOW = 5_000;

    private static final int SALES = 2_000;
    private static final int CHUNK = 10_000;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private KafkaEvents() {}

    /** Creates events before a measurement. Their ids are those of the sales with these numbers. */
    static List<StoredEvent> of(int from, int count) {
        List<StoredEvent> templates = IntStream.range(0, Math.min(count, SALES))
                .mapToObj(i -> StoredEvent.of(
                        ACCOUNTS.get(i % ACCOUNTS.size()), Sale.of(i).event()))
                .toList();
        return IntStream.range(0, count)
                .mapToObj(i -> withId(templates.get(i % templates.size()), i % templates.size(), from + i))
                .toList();
    }

    private static StoredEvent withId(StoredEvent sale, int number, int wanted) {
        String id = Sale.id(wanted);
        String json = sale.json().replace(Sale.id(number), id);
        return new StoredEvent(sale.adAccount(), sale.name(), id, json, sale.happenedAt(), sale.offline());
    }

    /** Returns the settings of a store, with all defaults. */
    static KafkaSettings settings(String bootstrap, String topic, String group) {
        return new KafkaSettings(bootstrap, topic, group, Map.of(), WINDOW, 1);
    }

    /** Creates a topic of events, and those that belong to it. */
    static void create(KafkaTopics topics, String topic) {
        for (String name : List.of(topic, topic + "-retry", topic + "-retry-later")) {
            topics.create(name, PARTITIONS);
        }
        topics.create(topic + "-dead", 1, Map.of("cleanup.policy", "compact"));
    }

    /** Stores events in a topic. */
    static void store(String bootstrap, String topic, int from, int count) {
        try (KafkaStore store = KafkaStore.builder(bootstrap).topic(topic).build()) {
            for (int done = 0; done < count; done += CHUNK) {
                store(store, of(from + done, Math.min(CHUNK, count - done)));
            }
        }
    }

    /** Stores events one by one, and waits until all are stored. */
    static void store(EventStore store, List<StoredEvent> events) {
        List<CompletableFuture<EventStore.Added>> answers = new ArrayList<>(events.size());
        for (StoredEvent event : events) {
            answers.add(store.add(event, DEADLINE));
        }
        for (CompletableFuture<EventStore.Added> answer : answers) {
            if (answer.join() != EventStore.Added.STORED) {
                throw new IllegalStateException("An event was not stored: " + answer.join());
            }
        }
    }

    /** Returns the record that a {@code KafkaStore} writes. */
    static ProducerRecord<byte[], byte[]> record(String topic, StoredEvent event) {
        String key = event.adAccount() + '/' + event.name() + '/' + event.id();
        var record =
                new ProducerRecord<>(topic, key.getBytes(UTF_8), event.json().getBytes(UTF_8));
        headers(event).forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }

    private static Map<String, String> headers(StoredEvent event) {
        return Map.of(
                "epik-v", "1",
                "epik-account", event.adAccount(),
                "epik-name", event.name(),
                "epik-id", event.id(),
                "epik-happened", Long.toString(event.happenedAt().toEpochMilli()),
                "epik-offline", event.offline() ? "1" : "0");
    }

    /**
     * Checks that a topic has each event of the run once. In a short run the records are read, and must have the bytes
     * of {@link #record}.
     */
    static void checkStored(KafkaTopics topics, String topic, KafkaRun run) {
        long stored = topics.endOffsets(topic).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (stored != run.warmUp() + run.events()) {
            throw new IllegalStateException(topic + " has " + stored + " records");
        }
        if (run.isShort()) {
            Map<String, StoredEvent> expected = new HashMap<>();
            of(0, run.warmUp()).forEach(event -> expected.put(event.id(), event));
            of(ArrivalCounter.MEASURED, run.events()).forEach(event -> expected.put(event.id(), event));
            topics.records(topic).forEach(record -> check(record, expected));
            if (!expected.isEmpty()) {
                throw new IllegalStateException(topic + " has not all events");
            }
        }
    }

    private static void check(ConsumerRecord<byte[], byte[]> record, Map<String, StoredEvent> expected) {
        String key = new String(record.key(), UTF_8);
        StoredEvent event = expected.remove(key.substring(key.lastIndexOf('/') + 1));
        if (event == null) {
            throw new IllegalStateException("An unknown record, or one twice: " + key);
        }
        ProducerRecord<byte[], byte[]> same = record(record.topic(), event);
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        // the time is that of the event's creation, so it differs between processes
        Map<String, String> wanted = new HashMap<>(headers(event));
        wanted.remove("epik-happened");
        headers.remove("epik-happened");
        if (!Arrays.equals(same.key(), record.key())
                || same.value().length != record.value().length
                || !wanted.equals(headers)) {
            throw new IllegalStateException("The record of " + key + " has other bytes than a bare one");
        }
    }
}
