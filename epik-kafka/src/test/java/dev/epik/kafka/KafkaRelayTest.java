// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.kafka.KafkaStoreTest.event;
import static dev.epik.kafka.KafkaStoreTest.large;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.EventStore.Added;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.Await;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaBrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay beside a broker that is killed, and a relay that is killed. */
class KafkaRelayTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path directory;

    private KafkaBrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        broker = KafkaBroker.startProcess(directory.resolve("broker"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private KafkaStore kafka() {
        return KafkaStore.builder(broker.bootstrap()).createTopics(3, 1).build();
    }

    private SqliteOutbox file() {
        return SqliteOutbox.open(directory.resolve("outbox.db"));
    }

    private List<String> relayed() {
        return broker.topics().records("epik-events").stream()
                .map(record ->
                        new String(record.headers().lastHeader(RecordFormat.ID).value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static int waiting(Outbox outbox) {
        return outbox.dueAccounts().stream()
                .mapToInt(due -> outbox.backlog(due.adAccount()).waiting())
                .sum();
    }

    @Test
    void movesEachEventToKafkaOnceAndSettlesIt() {
        SqliteOutbox outbox = file();
        List<StoredEvent> events =
                IntStream.range(0, 3000).mapToObj(i -> event("e" + i)).toList();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            relay.addAll(events).join().forEach(added -> assertEquals(Added.STORED, added));
            Await.until(() -> waiting(outbox) == 0);
            assertEquals(3000, relay.unread(), "no worker has read them");
            assertEquals(Added.ALREADY_DELIVERED, relay.add(events.get(0)).join());
            assertSame(outbox, relay.database());
            assertTrue(relay.deliveryOutbox().isEmpty());
        }
        assertEquals(3000, relayed().size());
        assertEquals(events.stream().map(StoredEvent::id).collect(Collectors.toSet()), new HashSet<>(relayed()));
    }

    @Test
    void findsEventsThatWereStoredBeforeIt() {
        try (SqliteOutbox outbox = file()) {
            outbox.add(event("1")).join();
        }
        SqliteOutbox outbox = file();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            Await.until(() -> waiting(outbox) == 0);
            assertEquals(1, relay.unread());
        }
        assertEquals(List.of("1"), relayed());
    }

    @Test
    void takesEventsWhileKafkaIsAwayAndMovesThemAfterwards() throws Exception {
        SqliteOutbox outbox = file();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            broker.kill();
            List<StoredEvent> events =
                    IntStream.range(0, 2000).mapToObj(i -> event("e" + i)).toList();
            relay.addAll(events).join().forEach(added -> assertEquals(Added.STORED, added));
            assertEquals(2000, waiting(outbox));
            assertThrows(OutboxException.class, relay::unread);
            broker.restart();
            Await.until(() -> waiting(outbox) == 0);
        }
        assertEquals(2000, new HashSet<>(relayed()).size());
    }

    @Test
    void cancelsInTheOutboxOrAsksTheWorkers() {
        SqliteOutbox outbox = file();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            relay.add(event("1")).join();
            Await.until(() -> waiting(outbox) == 0);
            assertEquals(CancelResult.REQUESTED, relay.cancel(event("1").key()));
        }
        assertEquals(2, relayed().size(), "the event and the request");
    }

    @Test
    void anEventThatKafkaNeverTakesIsADeadLetterOfTheOutboxAndHoldsUpNoOther() {
        broker.topics().create("epik-events", 1, Map.of("max.message.bytes", "10000"));
        SqliteOutbox outbox = file();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            relay.addAll(List.of(large("big", 20_000), event("1"), event("2"))).join();
            Await.until(() -> waiting(outbox) == 0);
            DeadLetter letter = outbox.deadLetters("1", 10).get(0);
            assertEquals("big", letter.event().id());
            assertTrue(letter.reason().contains("max.message.bytes"), letter.reason());
        }
        assertEquals(Set.of("1", "2"), new HashSet<>(relayed()));
    }

    @Tag("full")
    @Test
    void aBrokerThatIsKilledAgainAndAgainLosesNoEvent() throws Exception {
        Random random = new Random(20);
        SqliteOutbox outbox = file();
        Set<String> stored = new HashSet<>();
        try (KafkaRelay relay = KafkaRelay.of(outbox, kafka())) {
            for (int round = 0; round < ROUNDS; round++) {
                int killAt = random.nextInt(400);
                for (int i = 0; i < 400; i++) {
                    if (i == killAt) {
                        broker.kill();
                    }
                    StoredEvent event = event(round + "-" + i);
                    if (relay.add(event).join() == Added.STORED) {
                        stored.add(event.id());
                    }
                }
                broker.restart();
            }
            Await.until(() -> waiting(outbox) == 0);
        }
        assertEquals(400 * ROUNDS, stored.size());
        assertEquals(stored, new HashSet<>(relayed()));
    }

    @Tag("full")
    @Test
    void aRelayThatIsKilledAgainAndAgainLosesNoEvent() throws Exception {
        Random random = new Random(21);
        Path outbox = directory.resolve("outbox.db");
        Set<String> stored = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildJvm shop = ChildJvm.start(ChildJvm.prepare(
                    ChildJvm.QUICK, RelayProcess.class, broker.bootstrap(), outbox.toString(), round + "-", "2000"))) {
                shop.awaitLine("open");
                int killAt = 1 + random.nextInt(500);
                for (int i = 0; i < killAt; i++) {
                    stored.add(shop.readLine());
                }
                ChildJvm.kill(shop.process());
                shop.forEachLine(stored::add);
            }
        }
        SqliteOutbox left = SqliteOutbox.open(outbox);
        try (KafkaRelay relay = KafkaRelay.of(left, kafka())) {
            Await.until(() -> waiting(left) == 0 && relay.unread() >= 0);
        }
        List<String> relayed = relayed();
        Set<String> lost = new HashSet<>(stored);
        lost.removeAll(new HashSet<>(relayed));
        assertEquals(Set.of(), lost);
        assertTrue(stored.size() >= ROUNDS, "at least one event in each round");
    }

    @Test
    void twoNodesShareAnOutbox() {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(10_000);
        try (KafkaRelay one = KafkaRelay.of(outbox, kafka());
                KafkaRelay other = KafkaRelay.of(outbox, kafka())) {
            List<StoredEvent> events = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                events.add(event("e" + i));
            }
            one.addAll(events.subList(0, 1000)).join();
            other.addAll(events.subList(1000, 2000)).join();
            Await.until(() -> outbox.waiting() == 0);
        }
        assertEquals(2000, relayed().size(), "each event once");
    }
}
