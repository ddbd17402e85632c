// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import dev.epik.capi.outbox.spi.OutboxException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes records to Kafka. Thread-safe. */
public interface RecordSender {
    /**
     * Sends a record. Waits only for room in the sender. The future completes when all replicas in sync have the
     * record, or with an {@link OutboxException} at the deadline. It completes on a thread of the sender: what depends
     * on it must not wait.
     *
     * @param deadline from now
     */
    CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record, Duration deadline);

    /** Returns whether the next record is taken at once. If not, {@link #send} waits for room until the deadline. */
    default boolean hasRoom() {
        return true;
    }
}
