// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.kafka.KafkaRig;
import dev.epik.testing.Await;
import dev.epik.testing.TestIds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender on producers that report nothing. */
@Timeout(60)
class KafkaSenderTest {
    private final List<Silent> producers = new CopyOnWriteArrayList<>();

    /** Answers what it has when it is closed, as Kafka's producer does. */
    private static final class Silent extends MockProducer<byte[], byte[]> {
        Silent() {
            super(false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void close(Duration timeout) {
            while (errorNext(new org.apache.kafka.common.errors.TimeoutException("closed"))) {
                // the next record
            }
            super.close(timeout);
        }
    }

    private Silent producer() {
        Silent next = new Silent();
        producers.add(next);
        return next;
    }

    @Test
    void eachProducerThatReportsNothingIsReplacedAndNotOnlyTheFirst() {
        try (KafkaSender sender =
                new KafkaSender(this::producer, Duration.ofMillis(50), Duration.ofMillis(50), () -> "", "Kafka: ")) {
            List<CompletableFuture<Void>> first = IntStream.range(0, 5)
                    .mapToObj(i -> send(sender, "a" + i, Duration.ofMillis(20)))
                    .toList();
            first.forEach(each -> Await.until(each::isCompletedExceptionally));
            CompletableFuture<Void> stored = send(sender, "b", Duration.ofSeconds(50));
            Await.until(() -> producers.size() >= 3);
            assertFalse(stored.isDone());
            Await.until(() -> {
                producers.forEach(MockProducer::completeNext);
                return stored.isDone();
            });
        }
    }

    private static CompletableFuture<Void> send(KafkaSender sender, String id, Duration deadline) {
        return sender.send(KafkaRig.record(KafkaRig.event(TestIds.ACCOUNT, id)), deadline);
    }
}
