// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaBrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills workers and the broker while events are stored and delivered. */
@Timeout(900)
class KafkaChaosTest {
    private static final List<String> ACCOUNTS = List.of("549755885175", "549755885176", "549755885177");
    private static final int EVENTS_OF_A_ROUND = 300;
    private static final int BROKER_EVERY = 5;

    private final Set<String> acknowledged = new TreeSet<>();

    @TempDir
    private Path directory;

    @Test
    void killedWorkersAndBrokersLoseNoEvent() throws Exception {
        run(3, 3, 1);
    }

    @Tag("full")
    @Test
    void fiftyRoundsLoseNoEvent() throws Exception {
        run(50, BROKER_EVERY, 2);
    }

    private void run(int rounds, int brokerEvery, long seed) throws Exception {
        Random random = new Random(seed);
        int kills = 0;
        try (FakeAccounts pinterest = new FakeAccounts();
                KafkaBrokerProcess broker = KafkaBroker.startProcess(
                        directory.resolve("broker"), Map.of("group.min.session.timeout.ms", "1000"))) {
            KafkaRig rig = new KafkaRig(broker.bootstrap(), pinterest.uri());
            try (KafkaStore store = rig.store(4).deliver().build()) { // without a client it reads nothing
                List<ChildJvm> workers = new ArrayList<>();
                try {
                    workers.add(start(broker, rig, pinterest, 0));
                    workers.add(start(broker, rig, pinterest, 1));
                    for (ChildJvm each : workers) {
                        each.awaitLine("READY");
                    }
                    for (int round = 1; round <= rounds; round++) {
                        Map<String, CompletableFuture<EventStore.Added>> answers = store(store, round);
                        int victim = random.nextInt(2);
                        Thread.sleep(random.nextInt(400)); // the kill comes at any moment of the round
                        workers.get(victim).kill();
                        kills++;
                        if (round % brokerEvery == 0) {
                            broker.kill();
                            broker.restart();
                        }
                        workers.get(victim).close();
                        workers.set(victim, start(broker, rig, pinterest, victim));
                        note(answers);
                        workers.get(victim).awaitLine("READY");
                    }
                    pinterest.awaitAccepted(acknowledged);
                } finally {
                    workers.forEach(ChildJvm::close);
                }
            }
            Set<String> lost = pinterest.missing(acknowledged);
            int repeats = pinterest.repeats();
            System.out.println("EPIK: Kafka, " + rounds + " rounds, " + kills + " workers killed, "
                    + rounds / brokerEvery
                    + " broker crashes: " + acknowledged.size() + " acknowledged, " + lost.size() + " lost, " + repeats
                    + " sent again");
            assertEquals(Set.of(), lost);
            int limit = kills * KafkaWorkerProcess.WINDOW;
            assertTrue(repeats <= limit, () -> repeats + " events were sent again");
        }
    }

    private static ChildJvm start(KafkaBrokerProcess broker, KafkaRig rig, FakeAccounts pinterest, int number)
            throws Exception {
        return KafkaWorkerProcess.start(broker.bootstrap(), rig.topic, pinterest.uri(), "worker-" + number);
    }

    private static Map<String, CompletableFuture<EventStore.Added>> store(KafkaStore store, int round) {
        Map<String, CompletableFuture<EventStore.Added>> answers = new HashMap<>();
        for (int i = 0; i < EVENTS_OF_A_ROUND; i++) {
            String id = "r" + round + "-" + i;
            String account = ACCOUNTS.get(i % ACCOUNTS.size());
            answers.put(id, store.add(KafkaRig.event(account, id), Duration.ofSeconds(60)));
        }
        return answers;
    }

    /** Waits for the answers, and notes what is stored. */
    private void note(Map<String, CompletableFuture<EventStore.Added>> answers) {
        answers.forEach((id, answer) -> {
            if (answer.handle((added, e) -> e == null).join()) {
                acknowledged.add(id);
            }
        });
    }
}
