// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests {@code kill -9} of a shop, at every step and at random. Every event that was reported as stored arrives with
 * its first id. No event becomes a dead letter, although Pinterest is sometimes down.
 */
@Timeout(900)
abstract class KillContract {
    /** Makes the next process claim the events of a killed process again. */
    private static final Duration BEYOND_A_LEASE = Duration.ofMinutes(4);

    private static final List<String> STEPS =
            List.of("STORING:4", "STORED:4", "CLAIMING:1", "CLAIMED:1", "SETTLING:1", "SETTLED:1");

    private final Set<String> acknowledged = new TreeSet<>();
    private final Set<String> dead = new TreeSet<>();
    private FakePinterest pinterest;
    private int processes;

    /** Returns the store: a file or a JDBC URL. It is empty at first, and the same for the whole test. */
    abstract String store() throws Exception;

    abstract String name();

    @BeforeEach
    void startPinterest() throws IOException {
        pinterest = FakePinterest.builder(ACCOUNT, OutboxProcess.TOKEN).start();
    }

    @AfterEach
    void stopPinterest() {
        pinterest.close();
    }

    @Test
    void killingAtAnyStepLosesNothing() throws Exception {
        for (String step : STEPS) {
            try (ChildJvm shop = start(step, 25)) {
                shop.awaitLine("STOPPED", this::note);
                shop.kill();
                shop.forEachLine(this::note);
            }
        }
        killedWhileSending();
        assertNothingLost(STEPS.size() + 1 + " steps");
    }

    /** Kills the process when Pinterest has the event and its answer was not read. */
    private void killedWhileSending() throws Exception {
        CompletableFuture<ChildJvm> sending = new CompletableFuture<>();
        AtomicBoolean first = new AtomicBoolean(true);
        pinterest.onRequest(body -> {
            if (first.getAndSet(false)) {
                kill(sending.join());
            }
        });
        try (ChildJvm shop = start("nowhere", 25)) {
            sending.complete(shop);
            shop.forEachLine(this::note);
        }
        pinterest.onRequest(body -> {});
    }

    private static void kill(ChildJvm shop) {
        try {
            shop.kill();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void killingAtRandomLosesNothing() throws Exception {
        killAtRandom(3);
    }

    @Test
    @Tag("full")
    void killingAtRandomManyTimesLosesNothing() throws Exception {
        killAtRandom(20);
    }

    private void killAtRandom(int times) throws Exception {
        Random random = new Random(7351);
        for (int i = 0; i < times; i++) {
            if (i % 3 == 1) {
                pinterest.respondWith(
                        FakeResponse.unavailable(), FakeResponse.rateLimited(), FakeResponse.serverError());
            }
            try (ChildJvm shop = start("nowhere", 40)) {
                shop.awaitLine("OPEN");
                for (int line = random.nextInt(700); line > 0; line--) {
                    note(String.valueOf(shop.readLine()));
                }
                shop.kill();
                shop.forEachLine(this::note);
            }
        }
        assertNothingLost(times + " times at random");
    }

    private ChildJvm start(String stopAt, int events) throws Exception {
        Duration later = BEYOND_A_LEASE.multipliedBy(++processes);
        return new OutboxProcess.Order(store(), pinterest.uri(), later, stopAt, "p" + processes, events).start();
    }

    private void note(String line) {
        if (line.startsWith("STORED ")) {
            acknowledged.add(line.substring("STORED ".length()));
        }
        boolean rejected = line.startsWith("SETTLED ") && line.endsWith("Rejected");
        if (rejected || (line.startsWith("DEAD ") && !line.equals("DEAD 0"))) {
            dead.add(line);
        }
    }

    private void assertNothingLost(String how) throws Exception {
        pinterest.respondNormally();
        try (ChildJvm shop = start("nowhere", 1)) {
            shop.forEachLine(this::note); // ends when nothing waits
        }
        Map<String, List<String>> received = new HashMap<>();
        List<ReceivedEvent> counted = new ArrayList<>();
        for (ReceivedEvent event : pinterest.received()) {
            assertTrue(event.processed(), event.error());
            received.computeIfAbsent(event.id(), id -> new ArrayList<>()).add(event.json());
            if (event.counted()) {
                counted.add(event);
            }
        }
        Set<String> lost = new TreeSet<>(acknowledged);
        lost.removeAll(received.keySet());
        int sent = received.values().stream().mapToInt(List::size).sum();
        System.out.println("EPIK: kill -9, " + name() + ", " + how + ": " + acknowledged.size() + " acknowledged, "
                + lost.size() + " lost, " + (sent - received.size()) + " sent twice, " + dead.size() + " dead letters");
        assertEquals(Set.of(), lost);
        assertEquals(Set.of(), dead);
        received.forEach(
                (id, jsons) -> assertEquals(1, Set.copyOf(jsons).size(), "sent again with other content: " + id));
        assertEquals(received.size(), counted.size(), "counted twice");
        assertTrue(acknowledged.size() > processes, "the test stored hardly any event");
    }
}
