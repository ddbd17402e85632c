// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.kafka.KafkaRig;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import dev.epik.testing.TestIds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
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

    /** Does not end when it is closed, as Kafka's does if its thread hangs. */
    private static final class Hanging extends MockProducer<byte[], byte[]> {
        final CountDownLatch end = new CountDownLatch(1);

        Hanging() {
            super(false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void close(Duration timeout) {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void producersWhoseEndHangsKeepNoCallerFromItsAnswerAndAreFew() throws Exception {
        List<Hanging> all = new CopyOnWriteArrayList<>();
        Supplier<Hanging> hanging = () -> {
            Hanging next = new Hanging();
            all.add(next);
            return next;
        };
        Duration soon = Duration.ofMillis(20);
        KafkaSender sender = new KafkaSender(hanging, soon, soon, () -> "", "Kafka: ");
        try (LogCapture log = LogCapture.of(KafkaSender.class)) {
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Void> late = send(sender, "a" + i, soon);
                Await.until(late::isCompletedExceptionally);
            }
            Await.until(() -> all.size() == 4);
            CompletableFuture<Void> stored = send(sender, "b", Duration.ofSeconds(50));
            Await.until(() -> {
                all.get(all.size() - 1).completeNext();
                return stored.isDone();
            });
            assertEquals(4, all.size(), "three hang, and the fourth is used");
            assertEquals(
                    3,
                    log.lines().stream()
                            .filter(line -> line.startsWith("SEVERE"))
                            .count());
        } finally {
            all.forEach(each -> each.end.countDown());
            sender.close();
        }
    }

    @Tag("full") // closing waits for 10 s
    @Test
    void closingEndsIfTheEndOfTheProducerHangs() {
        Hanging hanging = new Hanging();
        KafkaSender sender = new KafkaSender(() -> hanging, Duration.ofMinutes(1), () -> "", "Kafka: ");
        CompletableFuture<Void> left = send(sender, "a", Duration.ofSeconds(50));
        try {
            sender.close();
            assertTrue(left.isCompletedExceptionally());
        } finally {
            hanging.end.countDown();
        }
    }

    private static CompletableFuture<Void> send(KafkaSender sender, String id, Duration deadline) {
        return sender.send(KafkaRig.record(KafkaRig.event(TestIds.ACCOUNT, id)), deadline);
    }
}
