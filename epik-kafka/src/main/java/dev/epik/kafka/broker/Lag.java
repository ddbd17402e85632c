// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import dev.epik.capi.outbox.spi.OutboxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka how many records of the events and of the retries a group has not read. */
public final class Lag {
    private static final int TIMEOUT_MS = 2_000;

    private Lag() {}

    /**
     * Returns the number of records.
     *
     * @param positions the offsets up to which this process has read its partitions, which the group need not have
     *     committed yet
     * @throws OutboxException if Kafka does not answer
     */
    public static long of(Admin admin, KafkaSettings settings, Map<TopicPartition, Long> positions) {
        try {
            List<TopicPartition> partitions = partitions(admin, settings);
            Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
            Map<TopicPartition, Long> read = committed(admin, settings.group());
            read.putAll(positions);
            Map<TopicPartition, Long> starts = offsets(admin, partitions, OffsetSpec.earliest());
            return unread(starts, ends, read);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutboxException("Interrupted while Kafka was asked how many events wait", e);
        } catch (ExecutionException e) {
            Throwable cause = KafkaErrors.unwrapped(e);
            throw new OutboxException(
                    "It is not known how many events wait in Kafka at " + settings.bootstrap() + ": "
                            + KafkaErrors.describe(cause),
                    cause);
        }
    }

    /** Sums up; a partition without a committed offset is read from its start. */
    static long unread(
            Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> read) {
        long sum = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            long start = starts.getOrDefault(end.getKey(), 0L);
            long from = Math.max(start, read.getOrDefault(end.getKey(), start));
            sum += Math.max(0, end.getValue() - from);
        }
        return sum;
    }

    private static List<TopicPartition> partitions(Admin admin, KafkaSettings settings)
            throws ExecutionException, InterruptedException {
        return admin
                .describeTopics(settings.waitingTopics(), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
                .allTopicNames()
                .get()
                .values()
                .stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found = admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(Function.identity(), each -> which)),
                        new ListOffsetsOptions().timeoutMs(TIMEOUT_MS))
                .all()
                .get();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static Map<TopicPartition, Long> committed(Admin admin, String group)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> found = admin.listConsumerGroupOffsets(
                        group, new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MS))
                .partitionsToOffsetAndMetadata()
                .get();
        found.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }
}
