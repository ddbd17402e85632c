// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.kafka.broker.KafkaProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's consumer with the settings of a worker. It drops what it reads: no worker can cost less to read. Not
 * thread-safe.
 */
final class BareConsumer implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MAX_POLL = 500;

    /** A worker commits when half of its window is settled. */
    private static final int COMMIT_EACH = 2_500;

    private final Consumer<byte[], byte[]> consumer;
    private int count;
    private int committed;

    BareConsumer(String bootstrap, String topic, String group) {
        Map<String, Object> properties =
                new HashMap<>(KafkaProperties.consumer(KafkaEvents.settings(bootstrap, topic, group), true));
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL);
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
    }

    /** Reads until this many records were read. */
    void readTo(int wanted) {
        while (count < wanted) {
            count += consumer.poll(POLL).count();
            if (count - committed >= COMMIT_EACH) {
                committed = count;
                consumer.commitAsync();
            }
        }
    }

    int count() {
        return count;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
