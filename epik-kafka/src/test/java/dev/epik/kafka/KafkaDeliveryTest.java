// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.kafka.FakeAccounts.Answer;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delivery from a real broker, without failures of the broker. */
@Timeout(120)
class KafkaDeliveryTest {
    private static final String OTHER = "549755885176";

    private static KafkaBroker broker;
    private FakeAccounts pinterest;
    private KafkaRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start();
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
    void eachEventIsAcceptedOnceAndTheNextWorkerBeginsWhereTheLastOneEnded() {
        Set<String> ids = new TreeSet<>();
        try (KafkaWorkerUnderTest worker = rig.worker(4)) {
            ids.addAll(KafkaRig.store(worker.store, ACCOUNT, "a", 2000));
            ids.addAll(KafkaRig.store(worker.store, OTHER, "b", 1000));
            pinterest.awaitAccepted(ids);
            worker.awaitEmpty();
        }
        try (KafkaWorkerUnderTest next = rig.worker(4)) {
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(next.store, ACCOUNT, "last", 1)));
            next.awaitEmpty();
        }
        assertEquals(3001, pinterest.acceptedEvents());
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void anEventThatIsStoredTwiceIsSentOnce() {
        try (KafkaWorkerUnderTest worker = rig.worker(2)) {
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 50)));
            worker.awaitEmpty();
            KafkaRig.store(worker.store, ACCOUNT, "a", 50);
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "b", 1)));
            Await.until(() -> worker.store.unread() == 0);
            worker.awaitEmpty();
        }
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void anEventThatPinterestNamesAsBadBecomesADeadLetterAndCanBeRedriven() {
        pinterest.behave(ACCOUNT, ids -> Answer.failing(Set.of("bad-0")));
        try (KafkaWorkerUnderTest worker = rig.worker(2)) {
            KafkaRig.store(worker.store, ACCOUNT, "bad", 1);
            Set<String> good = Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "good", 500));
            pinterest.awaitAccepted(good);
            Set<String> more = new TreeSet<>();
            Await.until(
                    () -> { // the retry of the bad event is judged by what is accepted besides
                        more.addAll(KafkaRig.store(worker.store, ACCOUNT, "more" + more.size(), 1));
                        return !worker.client.deadLetters(10).isEmpty();
                    });
            List<DeadLetter> dead = worker.client.deadLetters(10);
            assertEquals(
                    List.of("bad-0"),
                    dead.stream().map(each -> each.event().id()).toList());
            pinterest.awaitAccepted(more);
            pinterest.behave(ACCOUNT, ids -> Answer.OK);
            assertEquals(1, worker.client.redriveAll(DeadLetter.Scope.RECENT).events());
            pinterest.awaitAccepted(Set.of("bad-0"));
            Await.until(() -> worker.client.deadLetters(10).isEmpty());
            worker.awaitEmpty();
        }
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void aRecordOfAnotherProgramBecomesADeadLetterAndStopsNothing() {
        try (KafkaWorkerUnderTest worker = rig.worker(1);
                KafkaProducer<byte[], byte[]> foreign = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] bytes = "of another program".getBytes(StandardCharsets.UTF_8);
            var unused = foreign.send(new ProducerRecord<>(rig.topic, bytes, bytes));
            foreign.flush();
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 10)));
            Await.until(() -> worker.store.unread() == 0);
        }
        assertEquals(1, broker.topics().records(rig.topic + "-dead").size());
    }

    @Test
    void aCancelledEventIsNotSent() {
        pinterest.behave(OTHER, ids -> Answer.retryAfter(3));
        try (KafkaWorkerUnderTest worker = rig.worker(1)) {
            KafkaRig.store(worker.store, OTHER, "first", 1);
            Await.until(() -> pinterest.requests(OTHER) > 0);
            List<String> ids = KafkaRig.store(worker.store, OTHER, "a", 2); // they wait for the end of the pause
            worker.store.cancel(new StoredEvent.Key(OTHER, "checkout", "a-1"));
            pinterest.awaitAccepted(
                    Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "read", 1))); // so the cancel was read
            pinterest.behave(OTHER, all -> Answer.OK);
            pinterest.awaitAccepted(Set.of("first-0", ids.get(0)));
            worker.awaitEmpty();
        }
        assertEquals(Set.of("a-1"), pinterest.missing(Set.of("a-0", "a-1")));
    }

    @Test
    void aRetryIsSentWhenItIsDueAndHoldsUpNoOther() {
        try (KafkaWorkerUnderTest worker = rig.worker(1);
                KafkaProducer<byte[], byte[]> writer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            long now = System.currentTimeMillis();
            Instant due = Instant.ofEpochMilli(now + 4_000);
            for (int i = 0; i < 100; i++) {
                RecordFormat.Retry retry =
                        new RecordFormat.Retry(due, 1, Instant.ofEpochMilli(now), DeliveryHistory.NONE);
                var unused = writer.send(
                        RecordFormat.retry(rig.topic + "-retry", KafkaRig.event(ACCOUNT, "late-" + i), false, retry));
            }
            writer.flush();
            pinterest.awaitAccepted(Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "a", 100)));
            Set<String> late = pinterest.accepted().keySet().stream()
                    .filter(id -> id.startsWith("late"))
                    .collect(Collectors.toSet());
            assertTrue(late.isEmpty() || System.currentTimeMillis() >= due.toEpochMilli(), "sent before it was due");
            Await.until(() -> pinterest.acceptedEvents() == 200);
            assertTrue(System.currentTimeMillis() >= due.toEpochMilli(), "sent before it was due");
            worker.awaitEmpty();
        }
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void workersShareThePartitionsAndHandThemOverWithoutRepeats() {
        pinterest.behave(ACCOUNT, ids -> Answer.slow(50));
        Set<String> ids = new TreeSet<>();
        try (KafkaWorkerUnderTest first = rig.worker(6)) {
            ids.addAll(store(first, "a"));
            try (KafkaWorkerUnderTest second = rig.worker(6)) {
                for (int i = 0; i < 20 || !second.hasPartitions(); i++) {
                    ids.addAll(store(first, "b" + i));
                }
                ids.addAll(store(second, "c"));
                pinterest.awaitAccepted(ids);
                second.awaitEmpty();
            }
            ids.addAll(store(first, "d"));
            pinterest.awaitAccepted(ids);
            first.awaitEmpty();
        }
        assertEquals(0, pinterest.repeats());
    }

    private static List<String> store(KafkaWorkerUnderTest worker, String prefix) {
        List<String> ids = new ArrayList<>();
        for (int account = 0; account < 10; account++) {
            ids.addAll(KafkaRig.store(worker.store, "54975588517" + account, prefix + "-" + account, 10));
        }
        return ids;
    }

    @Test
    void eventsOfPartitionsThatAreAddedAreDelivered() {
        try (KafkaWorkerUnderTest worker = rig.worker(1, Map.of("metadata.max.age.ms", "500"))) {
            Set<String> ids = new TreeSet<>(store(worker, "a"));
            broker.topics().addPartitions(rig.topic, 4);
            for (int i = 0; worker.partitions() < 4 + 2; i++) {
                ids.addAll(store(worker, "b" + i));
            }
            ids.addAll(store(worker, "c"));
            pinterest.awaitAccepted(ids);
            worker.awaitEmpty();
        }
        assertEquals(0, pinterest.repeats());
    }

    @Test
    void adAccountsInTroubleDelayNoOthers() {
        pinterest.behave("549755885170", ids -> Answer.slow(10_000));
        pinterest.behave("549755885171", ids -> Answer.retryAfter(120));
        pinterest.behave("549755885172", ids -> Answer.of(401));
        List<Long> delays = new ArrayList<>();
        try (KafkaWorkerUnderTest worker = rig.worker(2)) {
            pinterest.awaitAccepted(
                    Set.copyOf(KafkaRig.store(worker.store, ACCOUNT, "before", 1))); // so this is no outage
            for (int account = 0; account < 3; account++) {
                KafkaRig.store(worker.store, "54975588517" + account, "trouble" + account, 4000); // over two windows
            }
            for (int round = 0; round < 20; round++) {
                long stored = System.nanoTime();
                Set<String> ids = new TreeSet<>();
                for (int account = 3; account < 8; account++) {
                    ids.addAll(KafkaRig.store(worker.store, "54975588517" + account, "h" + round + "-" + account, 5));
                }
                pinterest.awaitAccepted(ids);
                ids.forEach(id -> delays.add((pinterest.acceptedAt(id) - stored) / 1_000_000));
            }
        }
        delays.sort(null);
        System.out.println("EPIK: Kafka, 5 healthy ad accounts beside a slow, a throttled and a revoked one with 4,000"
                + " events each before them: delay of the healthy p50 " + delays.get(delays.size() / 2) + " ms, p95 "
                + delays.get(delays.size() * 95 / 100) + " ms, max " + delays.get(delays.size() - 1) + " ms");
    }
}
