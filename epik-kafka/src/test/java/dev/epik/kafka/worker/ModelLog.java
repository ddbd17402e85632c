// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.kafka.window.CommitMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** The partitions of a broker and the offsets of one group, in memory. Not thread-safe. */
final class ModelLog {
    private final int partitionsOfATopic;
    private final Map<TopicPartition, List<@Nullable ConsumerRecord<byte[], byte[]>>> partitions = new HashMap<>();
    final Map<TopicPartition, @Nullable OffsetAndMetadata> committed = new HashMap<>();

    ModelLog(int partitionsOfATopic, List<String> topics) {
        this.partitionsOfATopic = partitionsOfATopic;
        for (String topic : topics) {
            for (int i = 0; i < partitionsOfATopic; i++) {
                partitions.put(new TopicPartition(topic, i), new ArrayList<>());
            }
        }
    }

    List<TopicPartition> partitions(Set<String> topics) {
        return partitions.keySet().stream()
                .filter(each -> topics.contains(each.topic()))
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    void append(ProducerRecord<byte[], byte[]> record, long time) {
        int hash = Arrays.hashCode(record.key());
        append(new TopicPartition(record.topic(), Math.floorMod(hash, partitionsOfATopic)), record, time);
    }

    void append(TopicPartition partition, ProducerRecord<byte[], byte[]> record, long time) {
        List<@Nullable ConsumerRecord<byte[], byte[]>> records = records(partition);
        records.add(new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                records.size(),
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty()));
    }

    /** Adds an offset that has no record, as the end of a transaction does. */
    void appendGap(TopicPartition partition) {
        records(partition).add(null);
    }

    /** Returns the first record at or after an offset; empty at the end. */
    Optional<ConsumerRecord<byte[], byte[]>> next(TopicPartition partition, long offset) {
        List<@Nullable ConsumerRecord<byte[], byte[]>> records = records(partition);
        for (int i = (int) offset; i < records.size(); i++) {
            ConsumerRecord<byte[], byte[]> record = records.get(i);
            if (record != null) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    long end(TopicPartition partition) {
        return records(partition).size();
    }

    /** Returns the offsets that are settled by what is committed. */
    Set<Long> settled(TopicPartition partition) {
        Set<Long> settled = new HashSet<>();
        OffsetAndMetadata offset = committed.get(partition);
        if (offset != null) {
            for (long i = 0; i < offset.offset(); i++) {
                settled.add(i);
            }
            CommitMetadata.read(offset.metadata()).stream().forEach(bit -> settled.add(offset.offset() + bit));
        }
        return settled;
    }

    private List<@Nullable ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
        return Objects.requireNonNull(partitions.get(partition));
    }
}
