// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.FakeAccounts.Answer;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.LogCapture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker with unsuitable settings, topics that are changed while workers run, and records of other programs. */
@Timeout(180)
class KafkaMisuseTest {
    private static final String OTHER = "549755885176";

    private static KafkaBroker broker;
    private FakeAccounts pinterest;
    private KafkaRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(Map.of("offset.metadata.max.bytes", "100"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        pinterest = new FakeAccounts();
        rig = new KafkaRig(broker.bootstrap(), pinterest.uri());
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    @Test
    void ifTheBrokerAllowsTooLittleBesideAnOffsetCommitsGoOnWithout() {
        pinterest.behave(OTHER, ids -> Answer.retryAfter(2));
        try (LogCapture log = LogCapture.ofPackage("dev.epik.kafka");
                KafkaStore group = rig.store(1).build();
                KafkaWorkerUnderTest worker = rig.worker(1)) {
            KafkaRig.store(worker.store, OTHER, "first", 1);
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 2000)));
            Await.until(() -> log.lines().stream()
                    .anyMatch(line -> line.startsWith("WARNING") && line.contains("offset.metadata.max.bytes")));
            pinterest.behave(OTHER, ids -> Answer.OK);
            Await.until(() -> group.unread() == 0); // so all is committed
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.startsWith("WARNING"))
                            .count(),
                    () -> log.lines().toString());
        }
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void recordsWithoutKeyOrWithHugeOrBrokenHeadersBecomeDeadLettersAndStopNothing() {
        try (KafkaWorkerUnderTest worker = rig.worker(1);
                KafkaProducer<byte[], byte[]> foreign = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap(), "max.request.size", 2_000_000),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] bytes = "of another program".getBytes(StandardCharsets.UTF_8);
            RecordHeaders huge = new RecordHeaders();
            huge.add("epik-v", "1".getBytes(StandardCharsets.UTF_8)).add("huge", new byte[1_048_400]);
            RecordHeaders broken = new RecordHeaders();
            for (int i = 0; i < 256; i++) {
                broken.add("epik-v", new byte[] {(byte) i, -1}).add("epik-account", null);
            }
            for (RecordHeaders headers : List.of(new RecordHeaders(), huge, broken)) {
                var unused = foreign.send(new ProducerRecord<byte[], byte[]>(rig.topic, 0, null, null, null, headers));
                unused = foreign.send(new ProducerRecord<>(rig.topic + "-retry", 0, bytes, new byte[1], headers));
            }
            foreign.flush();
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 10)));
            Await.until(() -> broker.topics().records(rig.topic + "-dead").size() == 6);
            Await.until(() -> worker.store.unread() == 0);
        }
    }

    @Test
    void ofThreeWorkersForOnePartitionAnotherOneTakesOver() {
        KafkaWorkerUnderTest first = rig.worker(1);
        try (KafkaWorkerUnderTest second = rig.worker(1);
                KafkaWorkerUnderTest third = rig.worker(1)) {
            Set<String> ids = new TreeSet<>(KafkaRig.store(first.store, ACCOUNT, "a", 100));
            Await.until(() -> first.partitions() + second.partitions() + third.partitions() == 3);
            pinterest.awaitAccepted(ids);
            List.of(first, second, third).forEach(KafkaWorkerUnderTest::awaitEmpty);
            first.close();
            ids.addAll(KafkaRig.store(second.store, ACCOUNT, "b", 100));
            pinterest.awaitAccepted(ids);
            assertEquals(0, pinterest.repeats());
        } finally {
            first.close();
        }
    }

    @Tag("full")
    @Test
    void aTopicThatIsDeletedFailsItsEventsAndIsUsedAgainWhenItExists() {
        try (KafkaWorkerUnderTest worker = rig.worker(1, Map.of("metadata.max.age.ms", "500"))) {
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 50)));
            Await.until(() -> worker.store.unread() == 0);
            broker.topics().delete(rig.topic);
            OutboxException e =
                    KafkaStoreTest.failure(worker.store.add(KafkaRig.event(ACCOUNT, "gone"), Duration.ofSeconds(10)));
            assertTrue(e.getMessage().contains("exist"), e.getMessage());
            broker.topics().create(rig.topic, 1);
            KafkaRig.store(worker.store, ACCOUNT, "b", 50); // at offsets that the worker may have read before
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "c", 50)));
        }
    }

    @Tag("full")
    @Test
    void aWindowOfLargeEventsHoldsAtMost64MegabytesAndLosesNone() {
        pinterest.behave(ACCOUNT, ids -> Answer.of(503));
        String padding = "x".repeat(100_000);
        try (KafkaWorkerUnderTest worker = rig.worker(1)) {
            Set<String> ids = new TreeSet<>();
            List<CompletableFuture<EventStore.Added>> answers = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                StoredEvent small = KafkaRig.event(ACCOUNT, "large-" + i);
                String json = small.json().replace("\"click_id\":\"c\"", "\"click_id\":\"" + padding + '"');
                ids.add(small.id());
                answers.add(worker.store.add(
                        new StoredEvent(ACCOUNT, small.name(), small.id(), json, small.happenedAt(), false),
                        Duration.ofSeconds(60)));
            }
            answers.forEach(CompletableFuture::join);
            int max = (64 << 20) / 100_000 + 1;
            Await.until(() -> held(worker) > max - 10);
            assertTrue(held(worker) <= max, () -> held(worker) + " events");
            assertTrue(worker.store.unread() > 0);
            pinterest.behave(ACCOUNT, all -> Answer.OK);
            worker.client.resume();
            Await.until(() -> {
                assertTrue(held(worker) <= max, () -> held(worker) + " events");
                return pinterest.missing(ids).isEmpty();
            });
        }
        assertEquals(0, pinterest.repeats());
    }

    private static int held(KafkaWorkerUnderTest worker) {
        return worker.store.deliveryOutbox().orElseThrow().find(event -> true).size();
    }

    @Test
    void eventsThatKafkaDeletesBeforeTheyAreReadAreReportedWithTheirNumber() throws Exception {
        try (KafkaStore store = rig.store(1).build();
                LogCapture log = LogCapture.ofPackage("dev.epik.kafka")) {
            Set<String> read = Set.copyOf(KafkaRig.store(store, ACCOUNT, "a", 20));
            try (KafkaWorkerUnderTest worker = rig.worker(1)) {
                pinterest.awaitAccepted(read);
                worker.awaitEmpty();
            }
            KafkaRig.store(store, ACCOUNT, "lost", 30);
            Set<String> left = Set.copyOf(KafkaRig.store(store, ACCOUNT, "left", 10));
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                admin.deleteRecords(Map.of(new TopicPartition(rig.topic, 0), RecordsToDelete.beforeOffset(50)))
                        .all()
                        .get();
            }
            try (KafkaWorkerUnderTest worker = rig.worker(1)) {
                pinterest.awaitAccepted(left);
                Await.until(() -> worker.store.unread() == 0);
            }
            List<String> errors = log.lines().stream()
                    .filter(line -> line.startsWith("SEVERE"))
                    .toList();
            assertEquals(1, errors.size(), errors::toString);
            assertTrue(
                    errors.get(0).contains("deleted 30 records of " + rig.topic + "-0")
                            && errors.get(0).contains("retention.ms"),
                    errors.get(0));
        }
    }

    @Test
    void eachOfTwoGroupsDeliversAllEvents() {
        try (KafkaWorkerUnderTest first = rig.worker(1);
                KafkaStore second =
                        rig.store(1).group(rig.topic + "-second").deliver().build();
                KafkaWorkerUnderTest other = new KafkaWorkerUnderTest(second, rig.client(second))) {
            Set<String> ids = Set.copyOf(KafkaRig.store(first.store, ACCOUNT, "a", 100));
            pinterest.awaitAccepted(ids);
            Await.until(() -> pinterest.repeats() == ids.size());
            assertTrue(other.hasPartitions());
        }
    }
}
