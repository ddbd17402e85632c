// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shop in a process of its own, under load, gets SIGTERM. */
@Timeout(240)
class ShutdownTest {
    private static final int CALLERS = 4;
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void sigtermUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        String database = Postgres.newDatabase();
        try (FakePinterest pinterest =
                FakePinterest.builder("549755885175", "a-token").start()) {
            Process shop = start(database, pinterest.uri());
            List<String> log = new ArrayList<>();
            try (BufferedReader out = shop.inputReader()) {
                String port = port(out, log);
                URI order = URI.create("http://127.0.0.1:" + port + "/order");
                List<Thread> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    Thread caller = new Thread(() -> callUntilTheShopIsGone(order));
                    caller.start();
                    callers.add(caller);
                }
                while (acknowledged.size() < 200) {
                    Thread.sleep(10);
                }
                shop.toHandle().destroy(); // SIGTERM, without closing the pipe
                out.lines().forEach(log::add);
                assertTrue(shop.waitFor(60, TimeUnit.SECONDS), log::toString);
                for (Thread caller : callers) {
                    caller.join();
                }
            } finally {
                shop.destroyForcibly();
            }
            Set<String> known =
                    pinterest.received().stream().map(ReceivedEvent::id).collect(Collectors.toCollection(TreeSet::new));
            known.addAll(waiting(database));
            Set<String> lost = new TreeSet<>(acknowledged);
            lost.removeAll(known);
            assertEquals(Set.of(), lost, log::toString);
            assertEquals(List.of(), List.copyOf(refused), "the client was open for as long as the server answered");
            assertFalse(log.toString().contains("has been closed"), log::toString);
        }
    }

    private static Process start(String database, URI api) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                JAVA,
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ShopProgram.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + database,
                "--spring.datasource.hikari.maximum-pool-size=8",
                "--epik.mode=live",
                "--epik.ad-account-id=549755885175",
                "--epik.access-token=a-token",
                "--epik.api=" + api);
        return program.redirectErrorStream(true).start();
    }

    private static String port(BufferedReader out, List<String> log) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            log.add(line);
            if (line.startsWith("PORT ")) {
                return line.substring("PORT ".length());
            }
        }
        throw new AssertionError("the shop did not start: " + log);
    }

    private void callUntilTheShopIsGone(URI order) {
        HttpClient client = HttpClient.newHttpClient();
        while (true) {
            int number = numbers.incrementAndGet();
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(order + "?number=" + number))
                                .header("User-Agent", "a test")
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().equals("stored")) {
                    acknowledged.add("order-" + number);
                } else if (answer.statusCode() == 200) {
                    refused.add(number + " " + answer.body());
                }
            } catch (IOException e) { // the server has stopped
                return;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Set<String> waiting(String database) throws Exception {
        Set<String> ids = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT event_id FROM epik_outbox WHERE event_id IS NOT NULL")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
