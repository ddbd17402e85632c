// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.RecordSender;
import java.time.Duration;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.common.TopicPartition;

/** The worker of a {@link dev.epik.kafka.KafkaStore} that delivers. Thread-safe. */
public interface KafkaDelivery extends AutoCloseable {
    /** Starts the worker of a store. It sends its records by {@code sender}, which is closed after the worker. */
    @FunctionalInterface
    interface Start {
        KafkaDelivery start(KafkaSettings settings, RecordSender sender);
    }

    /** Returns the unsettled events of the partitions that this worker has. */
    Outbox window();

    /** Returns the offset after the last record that was read, of each partition that this worker has. */
    Map<TopicPartition, Long> positions();

    /** Connects the worker to the client; see {@link dev.epik.capi.outbox.spi.EventStore#connect}. */
    void connect(Duration submitTimeout, ObjIntConsumer<String> moved);

    /** Commits what is settled, leaves the group, and ends the threads, within some 10 s. */
    @Override
    void close();
}
