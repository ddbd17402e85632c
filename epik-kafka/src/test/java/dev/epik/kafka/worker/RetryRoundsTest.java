// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.broker.KafkaProperties;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.KafkaSender;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rounds of an event through the retry topics of a real broker. */
@Timeout(300)
class RetryRoundsTest {
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static KafkaBroker broker;

    private final AtomicLong ahead = new AtomicLong();

    /** The clock of this machine, which the test can put forward. */
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return Instant.now().plusMillis(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static KafkaSettings settings(String topic) {
        KafkaSettings settings = new KafkaSettings(broker.bootstrap(), topic, topic, Map.of(), 100, 1);
        settings.waitingTopics().forEach(each -> broker.topics().create(each, 1));
        return settings;
    }

    private static KafkaSender sender(KafkaSettings settings) {
        return new KafkaSender(
                () -> new KafkaProducer<>(
                        KafkaProperties.producer(settings), new ByteArraySerializer(), new ByteArraySerializer()),
                Duration.ofMinutes(1),
                () -> "",
                "Kafka: ");
    }

    private KafkaWorker worker(KafkaSettings settings, KafkaSender sender) {
        KafkaWorker worker = new KafkaWorker(
                settings,
                sender,
                () -> new KafkaConsumer<>(
                        KafkaProperties.consumer(settings, true),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                clock);
        worker.connect(Duration.ofSeconds(10), (account, events) -> {});
        return worker;
    }

    private static Optional<Batch> claim(KafkaWorker worker) {
        return worker.window().claim(ACCOUNT, ClaimKind.ONLINE, 1, Long.MAX_VALUE, LEASE);
    }

    private static Batch awaitClaim(KafkaWorker worker) {
        Await.until(() -> worker.window().peek(ACCOUNT, 1).ready() > 0);
        return claim(worker).orElseThrow();
    }

    private static void store(KafkaWorker worker, String id) {
        worker.window().add(KafkaRig.event(ACCOUNT, id)).join();
    }

    private static void accept(KafkaWorker worker, Batch batch) {
        worker.window().settle(batch, List.of(Settlement.of(batch.claimed().get(0), new Outcome.Accepted(""))));
    }

    private static void postpone(KafkaWorker worker, Batch batch, Duration delay) {
        Batch.Claimed each = batch.claimed().get(0);
        worker.window().settle(batch, List.of(Settlement.postponed(each, "a reason", delay, each.history())));
    }

    private static int written(String topic) {
        return broker.topics().records(topic).size();
    }

    /** Accepts another event, so that it is no outage. Then the event waits for longer than a minute. */
    private void round(KafkaWorker worker, Batch batch, int number, String topic) {
        store(worker, "other" + number);
        accept(worker, awaitClaim(worker));
        int before = written(topic);
        postpone(worker, batch, Duration.ofSeconds(70));
        Await.until(() -> written(topic) == before + 1);
    }

    @Test
    void anEventIsReadAgainAfterAMinuteThreeTimesAndThenAfterTenMinutes() {
        KafkaSettings settings = settings("rounds");
        try (KafkaSender sender = sender(settings);
                KafkaWorker worker = worker(settings, sender)) {
            store(worker, "a");
            Batch batch = awaitClaim(worker);
            for (int number = 1; number <= 5; number++) {
                boolean isSoon = number <= 3;
                round(worker, batch, number, isSoon ? "rounds-retry" : "rounds-retry-later");
                ahead.addAndGet(isSoon ? 50_000 : 590_000);
                store(worker, "barrier" + number); // read after the retry topic, which is held
                accept(worker, awaitClaim(worker));
                assertTrue(claim(worker).isEmpty(), "not due");
                ahead.addAndGet(22_000);
                batch = awaitClaim(worker);
                assertEquals(
                        List.of("a"),
                        batch.events().stream().map(StoredEvent::id).toList());
            }
            accept(worker, batch);
            Await.until(() -> worker.positions().size() == 3);
        }
        assertEquals(3, written("rounds-retry"));
        assertEquals(2, written("rounds-retry-later"));
    }

    @Tag("full")
    @Test
    void aRealMinutePassesBeforeAnEventIsReadAgain() {
        KafkaSettings settings = settings("minute");
        try (KafkaSender sender = sender(settings);
                KafkaWorker worker = worker(settings, sender)) {
            store(worker, "a");
            Batch batch = awaitClaim(worker);
            Instant postponed = Instant.now();
            round(worker, batch, 1, "minute-retry");
            Await.until(() -> Instant.now().isAfter(postponed.plusSeconds(50)));
            assertTrue(claim(worker).isEmpty(), "not due");
            assertEquals(
                    List.of("a"),
                    awaitClaim(worker).events().stream().map(StoredEvent::id).toList());
            assertTrue(Instant.now().isAfter(postponed.plusSeconds(69)), "before it was due");
        }
    }
}
