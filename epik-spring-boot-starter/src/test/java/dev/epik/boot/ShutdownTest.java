// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shop in a process of its own, under load, gets SIGTERM. */
@Timeout(240)
class ShutdownTest {
    private static final int CALLERS = 4;

    /** The numbers of the buyers are far below. */
    private static final int SLOW_ORDER = 1_000_000;

    /** In this order: the last request is answered, the client is closed, the {@code DataSource} is closed. */
    private static final List<String> STEPS = List.of(
            "SLOW begun", "SLOW stored", "BEFORE open, database 1", "AFTER closed, database 1", "Shutdown completed.");

    @Test
    void sigtermUnderLoadClosesTheClientAfterTheWebServerAndBeforeTheDatabaseAndLosesNothing() throws Exception {
        String database = Postgres.newDatabase();
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                Pod shop = Pod.start(ChildJvm.classPath(), database, pinterest.uri(), "--epik.access-token=a-token")) {
            shop.awaitReady();
            Buyers buyers = new Buyers(CALLERS, Duration.ZERO, List.of(shop));
            buyers.awaitAcknowledged(200);
            CompletableFuture<HttpResponse<String>> slow = HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(shop.at("/slow?number=" + SLOW_ORDER))
                                    .header("User-Agent", "a test")
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString());
            while (shop.log().stream().noneMatch(line -> line.equals(STEPS.get(0)))) {
                Thread.sleep(10);
            }
            shop.terminate();
            shop.awaitEnd();
            buyers.remove(shop);
            buyers.finish();

            List<String> steps = shop.log().stream()
                    .flatMap(line -> STEPS.stream().filter(line::endsWith))
                    .toList();
            assertEquals(STEPS, steps, () -> shop.log().toString());
            assertEquals("stored", slow.get().body());

            Set<String> known =
                    pinterest.received().stream().map(ReceivedEvent::id).collect(Collectors.toCollection(TreeSet::new));
            known.addAll(Postgres.waiting(database));
            Set<String> lost = new TreeSet<>(buyers.acknowledged());
            lost.add("order-" + SLOW_ORDER);
            lost.removeAll(known);
            assertEquals(Set.of(), lost, () -> shop.log().toString());
            assertEquals(List.of(), buyers.refused(), "the client was open for as long as the server answered");
            assertFalse(
                    shop.log().stream().anyMatch(line -> line.contains("has been closed")),
                    () -> shop.log().toString());
            assertTrue(buyers.acknowledged().size() >= 200);
        }
    }
}
