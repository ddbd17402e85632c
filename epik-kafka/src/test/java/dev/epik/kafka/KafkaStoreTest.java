// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore.Added;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.KafkaBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaStoreTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    static StoredEvent event(String id) {
        return new StoredEvent(
                "549755885175",
                "checkout",
                id,
                "{\"event_id\":\"" + id + "\"}",
                Instant.ofEpochSecond(1764000000),
                false);
    }

    private static KafkaStore.Builder store(String topic) {
        return KafkaStore.builder(broker.bootstrap()).topic(topic).createTopics(3, 1);
    }

    private static List<StoredEvent> read(String topic) {
        List<StoredEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : broker.topics().records(topic)) {
            RecordFormat.Reading reading = RecordFormat.read(record.key(), record.value(), record.headers());
            if (reading instanceof RecordFormat.Event found) {
                events.add(found.event());
            } else {
                assertInstanceOf(RecordFormat.Removal.class, reading, () -> String.valueOf(reading));
            }
        }
        return events;
    }

    @Test
    void storesTheEventBeforeItReportsIt() {
        try (KafkaStore store = store("stores").build()) {
            assertEquals(Added.STORED, store.add(event("1"), SOON).join());
            assertEquals(List.of(event("1")), read("stores"));
        }
    }

    @Test
    void storesAgainWhatWasStoredAndDoesNotPromiseToReportIt() {
        try (KafkaStore store = store("twice").build()) {
            assertEquals(Set.of(), store.capabilities());
            assertEquals(Added.STORED, store.add(event("1")).join());
            assertEquals(Added.STORED, store.add(event("1")).join());
            assertEquals(List.of(event("1"), event("1")), read("twice"), "in one partition, in order");
        }
    }

    @Test
    void addAllAndAddEachAnswerInOrder() {
        List<StoredEvent> events =
                IntStream.range(0, 1200).mapToObj(i -> event("e" + i)).toList();
        try (KafkaStore store = store("many").build()) {
            assertEquals(1200, store.addAll(events).join().size());
            List<CompletableFuture<Added>> each = store.addEach(events, SOON);
            each.forEach(added -> assertEquals(Added.STORED, added.join()));
            assertEquals(new HashSet<>(events), new HashSet<>(read("many")));
            assertEquals(2400, read("many").size());
        }
    }

    @Test
    void aHundredThreadsStoreAtTheSameTime() throws Exception {
        Set<String> stored = ConcurrentHashMap.newKeySet();
        try (KafkaStore store = store("threads").build()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 100; t++) {
                int number = t;
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 50; i++) {
                        StoredEvent event = event(number + "-" + i);
                        if (store.add(event, SOON).join() == Added.STORED) {
                            stored.add(event.id());
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(5000, stored.size());
        List<StoredEvent> read = read("threads");
        assertEquals(5000, read.size());
        assertTrue(read.stream().map(StoredEvent::id).allMatch(stored::contains));
    }

    @Test
    void closingStoresWhatWasAddedBefore() {
        List<CompletableFuture<Added>> added;
        try (KafkaStore store = store("closing").property("linger.ms", "400").build()) {
            added = IntStream.range(0, 500)
                    .mapToObj(i -> store.add(event("e" + i), SOON))
                    .toList();
        }
        added.forEach(each -> assertEquals(Added.STORED, each.join()));
        assertEquals(500, read("closing").size());
    }

    @Test
    void aClosedStoreRefusesEventsAndClosesTwice() {
        KafkaStore store = store("closed").build();
        store.close();
        store.close();
        OutboxException e = failure(store.add(event("1"), SOON));
        assertTrue(e.getMessage().contains("The store is closed"), e.getMessage());
        assertFalse(e.isMaybeStored());
        assertEquals(List.of(), read("closed"));
    }

    static OutboxException failure(CompletableFuture<Added> added) {
        return assertInstanceOf(
                OutboxException.class,
                assertThrows(CompletionException.class, added::join).getCause());
    }

    @Test
    void aCancellationIsARequestInEachTopicWhereEventsWait() {
        try (KafkaStore store = store("cancel").build()) {
            assertEquals(CancelResult.REQUESTED, store.cancel(event("1").key()));
            for (String topic : List.of("cancel", "cancel-retry", "cancel-retry-later")) {
                ConsumerRecord<byte[], byte[]> record =
                        broker.topics().records(topic).get(0);
                assertEquals(
                        new RecordFormat.Removal(event("1").key()),
                        RecordFormat.read(record.key(), record.value(), record.headers()));
            }
        }
    }

    @Test
    void aMissingTopicIsReportedWithTheCommandThatCreatesIt() {
        EpikException e = assertThrows(
                EpikException.class,
                () -> KafkaStore.builder(broker.bootstrap()).topic("missing").build());
        assertTrue(e.getMessage().contains("--create --topic missing --replication-factor 3"), e.getMessage());
        assertTrue(e.getMessage().contains("--create --topic missing-retry"), e.getMessage());
        assertFalse(e.getMessage().contains("missing-dead"), "a program that only stores does not need it");
    }

    @Test
    void existingTopicsAreLeftAsTheyAre() {
        broker.topics().create("existing", 5);
        try (KafkaStore store = store("existing").build()) {
            assertEquals(Added.STORED, store.add(event("1")).join());
        }
        assertEquals(5, broker.topics().endOffsets("existing").size());
        assertEquals(3, broker.topics().endOffsets("existing-retry").size());
    }

    @Test
    void anEventThatIsTooLargeFailsWithTheSettingsAndHoldsUpNoOther() {
        broker.topics().create("large", 1, Map.of("max.message.bytes", "10000"));
        try (KafkaStore store = store("large").build()) {
            StoredEvent refusedByTheBroker = large("2", 20_000);
            StoredEvent refusedHere = large("3", 2_000_000);
            CompletableFuture<Added> before = store.add(event("1"), SOON);
            List<OutboxException> failures =
                    List.of(failure(store.add(refusedByTheBroker, SOON)), failure(store.add(refusedHere, SOON)));
            CompletableFuture<Added> after = store.add(event("4"), SOON);
            assertEquals(Added.STORED, before.join());
            assertEquals(Added.STORED, after.join());
            for (OutboxException e : failures) {
                assertTrue(e.getMessage().contains("max.message.bytes"), e.getMessage());
                assertTrue(e.getMessage().contains("max.request.size"), e.getMessage());
                assertFalse(e.isMaybeStored());
            }
        }
        assertEquals(List.of(event("1"), event("4")), read("large"));
    }

    static StoredEvent large(String id, int bytes) {
        String random = new Random(1)
                .ints(bytes, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new StoredEvent("1", "checkout", id, "{\"a\":\"" + random + "\"}", Instant.EPOCH, false);
    }

    @Test
    void aFullBufferOfKafkasProducerDelaysEventsAndLosesNone() {
        List<StoredEvent> events =
                IntStream.range(0, 300).mapToObj(i -> large("e" + i, 5_000)).toList();
        try (KafkaStore store = store("buffer")
                .property("batch.size", "16384")
                .property("buffer.memory", "40000")
                .build()) {
            store.addEach(events, SOON).forEach(added -> assertEquals(Added.STORED, added.join()));
        }
        assertEquals(new HashSet<>(events), new HashSet<>(read("buffer")));
        assertEquals(300, read("buffer").size(), "no duplicates");
    }

    @Test
    void unreadCountsWhatTheGroupHasNotCommitted() throws Exception {
        try (KafkaStore store = store("lag").group("readers").build();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            assertEquals(0, store.unread());
            store.addAll(IntStream.range(0, 60).mapToObj(i -> event("e" + i)).toList())
                    .join();
            var unused = store.cancel(event("e1").key());
            assertEquals(63, store.unread(), "60 events, and a request in each topic");
            Map.Entry<Integer, Long> written = broker.topics().endOffsets("lag").entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow();
            TopicPartition first = new TopicPartition("lag", written.getKey());
            long end = written.getValue();
            admin.alterConsumerGroupOffsets("readers", Map.of(first, new OffsetAndMetadata(end - 1)))
                    .all()
                    .get();
            assertEquals(63 - (end - 1), store.unread());
        }
    }

    @Test
    void propertiesThatTheGuaranteesNeedAreRefusedWithTheCure() {
        for (String name : List.of(
                "acks",
                "enable.idempotence",
                "enable.auto.commit",
                "key.serializer",
                "transactional.id",
                "group.id",
                "max.block.ms",
                "max.poll.records",
                "partitioner.class",
                "bootstrap.servers")) {
            EpikException e =
                    assertThrows(EpikException.class, () -> store("refused").property(name, "secret-value"));
            assertTrue(e.getMessage().contains(name), e.getMessage());
            assertFalse(e.getMessage().contains("secret-value"), e.getMessage());
        }
    }

    @Test
    void aPollIntervalInWhichNoPartitionCanBeHandedOverIsRefusedWithTheCure() {
        String name = "max.poll.interval.ms";
        EpikException e =
                assertThrows(EpikException.class, () -> store("refused").property(name, "89999"));
        assertTrue(e.getMessage().contains(name + " is less than 90000"), e.getMessage());
        assertTrue(e.getMessage().contains("Give 90000 or more"), e.getMessage());
        store("refused").property(name, "90000");
    }

    @Test
    void anInvalidPropertyIsReportedWithoutItsValue() {
        EpikException e = assertThrows(
                EpikException.class,
                () -> store("invalid").property("buffer.memory", "secret-value").build());
        assertTrue(e.getMessage().contains("property"), e.getMessage());
        assertFalse(e.getMessage().contains("secret-value"), e.getMessage());
    }

    @Test
    void invalidNamesAndNumbersAreRefused() {
        assertThrows(EpikException.class, () -> KafkaStore.builder(" "));
        assertThrows(EpikException.class, () -> store("with space"));
        assertThrows(EpikException.class, () -> store("t").group(""));
        assertThrows(EpikException.class, () -> store("t").window(0));
        assertThrows(EpikException.class, () -> store("t").createTopics(0, 1));
    }

    @Test
    void aStoreOnlyStoresUnlessItDelivers() {
        try (KafkaStore store = store("only").build()) {
            assertEquals(Optional.empty(), store.deliveryOutbox());
        }
    }
}
