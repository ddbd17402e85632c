// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Creates, changes and reads the topics of a broker. Each call opens and closes a client, so there is nothing to close,
 * and no client reconnects while a broker is down. A call fails after a minute without a broker. A request that Kafka
 * rejects throws Kafka's own exception. Thread-safe.
 */
public final class KafkaTopics {
    private final String bootstrap;

    /** Uses the brokers with these addresses. */
    public KafkaTopics(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Creates a topic. Returns when each partition has a leader. */
    public void create(String topic, int partitions) {
        create(topic, partitions, Map.of());
    }

    /** Creates a topic with settings, such as {@code max.message.bytes}. Returns when each partition has a leader. */
    public void create(String topic, int partitions, Map<String, String> config) {
        NewTopic request = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config);
        call(admin -> admin.createTopics(List.of(request)).all());
        awaitLeaders(topic, partitions);
    }

    /** Raises the number of partitions of a topic. Returns when each has a leader. */
    public void addPartitions(String topic, int total) {
        call(admin -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                .all());
        awaitLeaders(topic, total);
    }

    /** Changes a setting of a topic. */
    public void configure(String topic, String key, String value) {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        call(admin -> admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all());
    }

    /** Deletes a topic. */
    public void delete(String topic) {
        call(admin -> admin.deleteTopics(List.of(topic)).all());
    }

    /** Returns the node id of the leader of a partition; -1 without a leader. */
    public int leader(String topic, int partition) {
        Node leader = partitions(topic).get(partition).leader();
        return leader == null ? -1 : leader.id();
    }

    /** Returns the end offset of each partition. */
    public Map<Integer, Long> endOffsets(String topic) {
        try (Consumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            Map<Integer, Long> offsets = new TreeMap<>();
            consumer.endOffsets(partitions(consumer, topic))
                    .forEach((partition, offset) -> offsets.put(partition.partition(), offset));
            return offsets;
        }
    }

    /** Returns the records of a topic, by partition and offset. Those of open and aborted transactions are included. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return records(topic, "read_uncommitted");
    }

    /** Returns the records of a topic, by partition and offset, without those of open and aborted transactions. */
    public List<ConsumerRecord<byte[], byte[]>> committedRecords(String topic) {
        return records(topic, "read_committed");
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic, String isolation) {
        try (Consumer<byte[], byte[]> consumer = consumer(isolation)) {
            Collection<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            records.sort(Comparator.comparingInt((ConsumerRecord<byte[], byte[]> record) -> record.partition())
                    .thenComparingLong(ConsumerRecord::offset));
            return records;
        }
    }

    private static Collection<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Waits until at least this number of brokers is registered. */
    void awaitBrokers(int count) {
        try (Admin admin = admin()) {
            Await.until(() -> admin.describeCluster().nodes().get().size() >= count);
        }
    }

    private void awaitLeaders(String topic, int count) {
        Await.until(() -> {
            try {
                List<TopicPartitionInfo> partitions = partitions(topic);
                return partitions.size() >= count && partitions.stream().allMatch(KafkaTopics::hasLeader);
            } catch (UnknownTopicOrPartitionException ignored) {
                return false; // known to the controller, not yet to this broker
            }
        });
    }

    private static boolean hasLeader(TopicPartitionInfo partition) {
        return partition.leader() != null && partition.leader().id() >= 0;
    }

    private List<TopicPartitionInfo> partitions(String topic) {
        Map<String, TopicDescription> topics =
                call(admin -> admin.describeTopics(List.of(topic)).allTopicNames());
        return Objects.requireNonNull(topics.get(topic)).partitions();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    private <T> T call(Function<Admin, KafkaFuture<T>> request) {
        try (Admin admin = admin()) {
            return request.apply(admin).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw cause; // unchecked, and a test may expect it
            }
            throw new IllegalStateException("a request to Kafka failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka was asked", e);
        }
    }
}
