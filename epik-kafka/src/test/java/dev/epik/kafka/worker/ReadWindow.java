// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.WindowInput;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/** Opens the real window on a topic of one partition: what is added is read at once. */
public final class ReadWindow {
    private static final int CAPACITY = 5_000;
    private static final int MAX_POLL = 500;

    private ReadWindow() {}

    public static Outbox open(Clock clock) {
        TopicPartition partition = new TopicPartition("t", 0);
        WindowInput input = new WindowInput(CAPACITY, MAX_POLL, clock);
        input.assign(List.of(partition), Map.of());
        AtomicLong end = new AtomicLong();
        return new Window(
                input,
                KafkaRig.settings("t"),
                (record, deadline) -> {
                    synchronized (end) { // records are read in the order of their offsets
                        var unused = input.read(
                                consumed(partition, record, end.getAndIncrement(), clock.millis()),
                                RecordFormat.read(record.key(), record.value(), record.headers()));
                    }
                    return CompletableFuture.completedFuture(null);
                },
                () -> 0);
    }

    /** Returns a record as a consumer gets it. */
    static ConsumerRecord<byte[], byte[]> consumed(
            TopicPartition partition, ProducerRecord<byte[], byte[]> record, long offset, long time) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }
}
