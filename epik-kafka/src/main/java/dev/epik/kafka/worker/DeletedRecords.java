// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.window.WindowInput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reports events that Kafka has deleted before a worker read them, because an outage was longer than
 * {@code retention.ms}. Kafka's consumer goes on at the first record that is left. Only for the consumer thread.
 */
final class DeletedRecords {
    private static final Logger LOG = System.getLogger(KafkaWorker.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Other gaps are asked about as well, such as those of a compacted topic. */
    private static final long MIN_INTERVAL_NANOS = 10_000_000_000L;

    private final Consumer<?, ?> consumer;
    private final WindowInput input;
    private final Map<TopicPartition, Long> asked = new HashMap<>();

    DeletedRecords(Consumer<?, ?> consumer, WindowInput input) {
        this.consumer = consumer;
        this.input = input;
    }

    /** Reports what is missing between the committed offsets and the first records that are left. */
    void onAssigned(Collection<TopicPartition> withOffset) {
        if (!withOffset.isEmpty()) {
            starts(withOffset).forEach((partition, start) -> {
                report(partition, input.unreadBefore(partition, start));
                input.skipTo(partition, start);
            });
        }
    }

    /** Reports what is missing before the next record to read. */
    void onNext(TopicPartition partition, long offset) {
        if (input.unreadBefore(partition, offset) == 0) {
            return;
        }
        long now = System.nanoTime();
        Long last = asked.get(partition);
        if (last == null || now - last >= MIN_INTERVAL_NANOS) {
            asked.put(partition, now);
            Long start = starts(Set.of(partition)).get(partition);
            if (start != null) {
                report(partition, input.unreadBefore(partition, Math.min(start, offset)));
            }
        }
    }

    private Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        try {
            return consumer.beginningOffsets(partitions, LIMIT);
        } catch (KafkaException e) {
            ContainedLog.log(
                    LOG, Level.DEBUG, "Kafka does not tell where partitions begin: {0}", KafkaErrors.describe(e));
            return Map.of();
        }
    }

    private static void report(TopicPartition partition, long count) {
        if (count > 0) {
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "Kafka has deleted {0} records of {1} before a worker read them: their events are lost. Set"
                            + " retention.ms of the topic to more than the longest time without a worker",
                    count,
                    Objects.toString(partition));
        }
    }
}
