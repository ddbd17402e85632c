// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread of a worker, on consumers that fail. */
@Timeout(60)
class KafkaWorkerTest {
    private static final KafkaSettings SETTINGS = KafkaRig.settings("t");
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final Queue<Consumer<byte[], byte[]>> consumers = new ArrayDeque<>();
    private final Queue<String> woken = new ConcurrentLinkedQueue<>();

    private KafkaWorker worker() {
        RecordSender sender = (record, deadline) -> new CompletableFuture<>();
        return new KafkaWorker(SETTINGS, sender, consumers::remove, Clock.systemUTC());
    }

    private KafkaWorker workerThatIsHealthyAtOnce() {
        RecordSender sender = (record, deadline) -> new CompletableFuture<>();
        return new KafkaWorker(SETTINGS, sender, consumers::remove, Clock.systemUTC(), Duration.ZERO);
    }

    private void connect(KafkaWorker worker) {
        worker.connect(Duration.ofSeconds(1), (account, events) -> woken.add(account + " " + events));
    }

    private static class Mock extends MockConsumer<byte[], byte[]> {
        Mock() {
            super("earliest");
        }

        /** Assigns the partition, and has this event in it, in the next poll. */
        Mock with(String id, long offset) {
            schedulePollTask(() -> {
                updateBeginningOffsets(Map.of(PARTITION, 0L));
                rebalance(List.of(PARTITION));
                addAgain(id, offset);
            });
            return this;
        }

        void addAgain(String id, long offset) {
            ProducerRecord<byte[], byte[]> record = KafkaRig.record(KafkaRig.event(ACCOUNT, id));
            addRecord(new ConsumerRecord<>(
                    "t",
                    0,
                    offset,
                    System.currentTimeMillis(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty()));
        }
    }

    private static List<String> ids(Batch batch) {
        return batch.events().stream().map(StoredEvent::id).toList();
    }

    private static Batch claimed(KafkaWorker worker) {
        Await.until(() -> !worker.window().dueAccounts().isEmpty());
        return worker.window()
                .claim(ACCOUNT, ClaimKind.ONLINE, 10, Long.MAX_VALUE, Duration.ofMinutes(3))
                .orElseThrow();
    }

    @Test
    void readsAfterAClientIsConnectedAndWakesIt() throws Exception {
        Mock consumer = new Mock().with("a", 0);
        consumers.add(consumer);
        try (KafkaWorker worker = worker()) {
            assertEquals(Set.of(), consumer.subscription());
            connect(worker);
            assertEquals(List.of("a"), ids(claimed(worker)));
            Await.until(() -> woken.contains(ACCOUNT + " 1"));
            assertEquals(Set.of("t", "t-retry", "t-retry-later"), consumer.subscription());
        }
        assertTrue(consumer.closed());
    }

    @Test
    void commitsSettledRecords() throws Exception {
        Mock consumer = new Mock().with("a", 0);
        consumers.add(consumer);
        try (KafkaWorker worker = worker()) {
            connect(worker);
            Batch batch = claimed(worker);
            settle(worker.window(), batch);
            Await.until(() -> {
                OffsetAndMetadata committed =
                        consumer.committed(Set.of(PARTITION)).get(PARTITION);
                return committed != null && committed.offset() == 1;
            });
        }
    }

    private static void settle(Outbox window, Batch batch) {
        window.settle(
                batch,
                batch.claimed().stream()
                        .map(each -> Settlement.of(each, new Outcome.Accepted("")))
                        .toList());
    }

    @Test
    void aConsumerThatFailsIsReplacedAndItsRecordsAreReadAgain() throws Exception {
        Mock failing = new Mock().with("a", 0);
        consumers.add(failing);
        consumers.add(new Mock().with("a", 0));
        try (KafkaWorker worker = worker()) {
            connect(worker);
            Batch old = claimed(worker);
            failing.setPollException(new KafkaException("a failure"));
            Await.until(() -> worker.window().replacedThreads() == 1);
            Batch again = claimed(worker);
            assertEquals(ids(old), ids(again));
            assertEquals(
                    0,
                    worker.window()
                            .settle(old, List.of(Settlement.of(old.claimed().get(0), new Outcome.Rejected(""))))
                            .settled());
        }
        assertTrue(failing.closed());
    }

    @Test
    void aThreadThatDiesIsReplaced() throws Exception {
        consumers.add(new Mock() {
            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                throw new InternalError("an error of the JVM, made by this test");
            }
        });
        consumers.add(new Mock().with("a", 0));
        try (KafkaWorker worker = worker()) {
            connect(worker);
            assertEquals(1, claimed(worker).events().size());
            assertEquals(1, worker.window().replacedThreads());
        }
    }

    @Test
    void aFailureAfterLongReadingIsReportedLikeTheFirst() throws Exception {
        for (int i = 0; i < 2; i++) {
            Mock failing = new Mock();
            failing.setPollException(new KafkaException("a failure"));
            consumers.add(failing);
        }
        consumers.add(new Mock().with("a", 0));
        try (LogCapture log = LogCapture.of(KafkaWorker.class);
                KafkaWorker worker = workerThatIsHealthyAtOnce()) {
            connect(worker);
            assertEquals(1, claimed(worker).events().size());
            assertEquals(2, worker.window().replacedThreads());
            assertEquals(
                    2,
                    log.lines().stream()
                            .filter(line -> line.startsWith("SEVERE Reading from Kafka"))
                            .count());
        }
    }

    /** As Kafka's consumer does: it goes back to where the logs differ, not to the first unsettled record. */
    @Test
    void ifTheBrokersLoseTheEndOfTheLogWhatWasNotSettledBeforeIsReadAgain() throws Exception {
        Mock consumer = new Mock().with("a", 0);
        consumer.schedulePollTask(() -> {
            consumer.addAgain("b", 1);
            consumer.addAgain("c", 2);
        });
        consumers.add(consumer);
        try (KafkaWorker worker = worker()) {
            connect(worker);
            Await.until(() -> claimedSoFar(worker) == 3);
            consumer.schedulePollTask(() -> {
                consumer.seek(PARTITION, 2);
                consumer.addAgain("d", 2);
            });
            consumer.schedulePollTask(
                    () -> { // what it reads from there, or nothing if it did not go back
                        consumer.addAgain("a", 0);
                        consumer.addAgain("b", 1);
                        consumer.addAgain("d", 2);
                    });
            Await.until(() -> hasAll(worker, Set.of("a", "b", "d")));
        }
    }

    private static boolean hasAll(KafkaWorker worker, Set<String> ids) {
        return worker.window().find(event -> true).stream()
                .map(found -> found.key().id())
                .collect(Collectors.toSet())
                .equals(ids);
    }

    private static int claimedSoFar(KafkaWorker worker) {
        return worker.window().find(event -> true).size();
    }
}
