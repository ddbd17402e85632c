// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.kafka.KafkaStoreTest.event;
import static dev.epik.kafka.KafkaStoreTest.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.EventStore.Added;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.producer.KafkaSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaBrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is down, killed, frozen or restarted. */
class KafkaOutageTest {
    private static final Duration SHORT = Duration.ofMillis(700);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private KafkaBrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        broker = KafkaBroker.startProcess(directory);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private KafkaStore store() {
        return KafkaStore.builder(broker.bootstrap()).createTopics(3, 1).build();
    }

    private Set<String> storedIds() {
        return broker.topics().records("epik-events").stream()
                .map(record ->
                        new String(record.headers().lastHeader(RecordFormat.ID).value(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }

    private void assertNamesTheCure(OutboxException e) {
        assertTrue(e.getMessage().contains(broker.bootstrap()), e.getMessage());
        assertTrue(e.getMessage().contains("check the addresses of the brokers"), e.getMessage());
    }

    @Test
    void aStoreOpensWithoutABrokerAndCertainlyStoresNothingUntilOneAnswers() throws Exception {
        broker.kill();
        try (KafkaStore store = store()) {
            OutboxException e = failure(store.add(event("1"), SHORT));
            assertNamesTheCure(e);
            assertFalse(e.isMaybeStored(), "the producer never had a connection");
            CompletableFuture<Added> waiting = store.add(event("2"), LONG);
            broker.restart();
            assertEquals(Added.STORED, waiting.join());
            assertEquals(Set.of("2"), storedIds());
        }
    }

    @Test
    void aKilledBrokerFailsEventsAtTheirDeadlineAndStoresAgainAfterItsRestart() throws Exception {
        try (KafkaStore store = store()) {
            assertEquals(Added.STORED, store.add(event("1"), LONG).join());
            broker.kill();
            OutboxException e = failure(store.add(event("2"), SHORT));
            assertNamesTheCure(e);
            CompletableFuture<Added> waiting = store.add(event("3"), LONG);
            broker.restart();
            assertEquals(Added.STORED, waiting.join());
            assertEquals(Added.STORED, store.add(event("4"), LONG).join());
            assertTrue(
                    storedIds().containsAll(Set.of("1", "3", "4")), storedIds().toString());
            assertTrue(e.isMaybeStored() || !storedIds().contains("2"), e.getMessage());
        }
    }

    @Tag("full")
    @Test
    void aFrozenBrokerFailsEventsAtTheirDeadlineAndStoresThemLater() throws Exception {
        try (KafkaStore store = store()) {
            assertEquals(Added.STORED, store.add(event("1"), LONG).join());
            broker.freeze();
            OutboxException e = failure(store.add(event("2"), SHORT));
            assertNamesTheCure(e);
            assertTrue(e.isMaybeStored());
            assertThrows(OutboxException.class, store::unread);
            CompletableFuture<Added> waiting = store.add(event("3"), LONG);
            broker.unfreeze();
            assertEquals(Added.STORED, waiting.join());
            Await.until(() -> storedIds().equals(Set.of("1", "2", "3")));
        }
    }

    @Tag("full")
    @Test
    void everyCallerOfManyIsAnsweredWhileTheBrokerIsAwayAndTheBufferIsFull() throws Exception {
        try (KafkaStore store = KafkaStore.builder(broker.bootstrap())
                .createTopics(3, 1)
                .property("batch.size", "16384")
                .property("buffer.memory", "100000")
                .build()) {
            assertEquals(Added.STORED, store.add(event("1"), LONG).join());
            broker.kill();
            List<CompletableFuture<Added>> all = new ArrayList<>();
            for (int i = 0; i < KafkaSender.MAX_WAITING + 3000; i++) {
                all.add(store.add(event("e" + i), Duration.ofSeconds(2)));
            }
            all.forEach(added -> assertNamesTheCure(failure(added)));
            assertTrue(
                    failure(all.get(all.size() - 1)).getMessage().contains("The event is not stored"),
                    "it never got to the producer");
            broker.restart();
            assertEquals(Added.STORED, store.add(event("2"), LONG).join());
        }
    }

    @Tag("full")
    @Test
    void closingWithoutABrokerAnswersTheEventsThatWait() throws Exception {
        CompletableFuture<Added> added;
        try (KafkaStore store = store()) {
            assertEquals(Added.STORED, store.add(event("1"), LONG).join());
            broker.kill();
            added = store.add(event("2"), LONG);
        }
        OutboxException e = failure(added);
        broker.restart();
        assertTrue(e.isMaybeStored() || storedIds().equals(Set.of("1")), e.getMessage());
    }
}
