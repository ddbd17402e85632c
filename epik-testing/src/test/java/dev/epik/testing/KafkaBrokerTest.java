// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KafkaBrokerTest {
    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    private static Producer<String, String> producer(String bootstrap, String... transactionalId) {
        Map<String, Object> config = new HashMap<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "enable.idempotence", true, "linger.ms", 0));
        if (transactionalId.length > 0) {
            config.put("transactional.id", transactionalId[0]);
        }
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }

    @Test
    void storesRecordsOfAnIdempotentProducerAndServesConsumerGroups() throws Exception {
        broker.topics().create("orders", 2);
        try (Producer<String, String> producer = producer(broker.bootstrap())) {
            producer.send(new ProducerRecord<>("orders", 0, "k", "one")).get();
            producer.send(new ProducerRecord<>("orders", 1, "k", "two")).get();
            producer.send(new ProducerRecord<>("orders", 1, "k", "three")).get();
        }
        assertEquals(List.of("one", "two", "three"), values(broker.topics().records("orders")));
        assertEquals(Map.of(0, 1L, 1, 2L), broker.topics().endOffsets("orders"));
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrap(), "group.id", "shop", "auto.offset.reset", "earliest");
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("orders"));
            List<String> values = new ArrayList<>();
            while (values.size() < 3) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
            }
            consumer.commitSync();
            assertEquals(
                    List.of("one", "three", "two"), values.stream().sorted().toList());
        }
    }

    @Test
    void committedRecordsLeaveOutThoseOfAbortedTransactions() throws Exception {
        broker.topics().create("payments", 1);
        try (Producer<String, String> producer = producer(broker.bootstrap(), "payments-writer")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("payments", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("payments", "committed")).get();
            producer.commitTransaction();
        }
        assertEquals(List.of("committed"), values(broker.topics().committedRecords("payments")));
        assertEquals(List.of("aborted", "committed"), values(broker.topics().records("payments")));
    }

    @Test
    void addsPartitionsAndReportsWhatKafkaRejects() {
        broker.topics().create("growing", 1);
        broker.topics().addPartitions("growing", 3);
        assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L), broker.topics().endOffsets("growing"));
        assertThrows(TopicExistsException.class, () -> broker.topics().create("growing", 1));
        assertThrows(
                UnknownTopicOrPartitionException.class, () -> broker.topics().delete("missing"));
    }

    @Test
    void killedProcessHasItsPortAndItsRecordsAfterARestart(@TempDir Path directory) throws Exception {
        try (KafkaBrokerProcess process = KafkaBroker.startProcess(directory);
                Producer<String, String> producer = producer(process.bootstrap())) {
            process.topics().create("orders", 1);
            producer.send(new ProducerRecord<>("orders", "before")).get();
            long pid = process.pid();
            process.kill();
            assertFalse(process.isAlive());
            Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>("orders", "while dead"));
            process.restart();
            waiting.get();
            assertTrue(process.pid() != pid);
            assertEquals(
                    List.of("before", "while dead"), values(process.topics().records("orders")));
            process.stop();
        }
        try (KafkaBrokerProcess process = KafkaBroker.startProcess(directory)) {
            assertEquals(Map.of(0, 2L), process.topics().endOffsets("orders"));
        }
    }

    @Test
    void frozenProcessAcknowledgesAfterItIsUnfrozen(@TempDir Path directory) throws Exception {
        try (KafkaBrokerProcess process = KafkaBroker.startProcess(directory);
                Producer<String, String> producer = producer(process.bootstrap())) {
            process.topics().create("orders", 1);
            producer.send(new ProducerRecord<>("orders", "before")).get();
            process.freeze();
            Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>("orders", "while frozen"));
            assertThrows(TimeoutException.class, () -> waiting.get(300, TimeUnit.MILLISECONDS));
            process.unfreeze();
            waiting.get();
            assertEquals(
                    List.of("before", "while frozen"), values(process.topics().records("orders")));
        }
    }

    @Test
    @Tag("full")
    void clusterKeepsAcknowledgedRecordsWhenALeaderIsKilledAndWaitsForASecondReplica() throws Exception {
        try (KafkaCluster cluster = KafkaBroker.startCluster(3);
                Producer<String, String> producer = producer(cluster.bootstrap())) {
            cluster.topics().create("orders", 1);
            producer.send(new ProducerRecord<>("orders", "three replicas")).get();
            int leader = cluster.topics().leader("orders", 0);
            cluster.broker(leader).kill();
            producer.send(new ProducerRecord<>("orders", "two replicas")).get();
            Await.until(() -> cluster.topics().leader("orders", 0) != leader);
            int next = cluster.topics().leader("orders", 0);
            cluster.broker(6 - leader - next).freeze();
            Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>("orders", "one replica"));
            assertThrows(TimeoutException.class, () -> waiting.get(500, TimeUnit.MILLISECONDS));
            cluster.broker(6 - leader - next).unfreeze();
            waiting.get();
            cluster.restart(leader);
            assertEquals(
                    List.of("three replicas", "two replicas", "one replica"),
                    values(cluster.topics().records("orders")));
        }
    }
}
