// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The executable jar, from the ad to Pinterest. */
@Timeout(240)
class ShopIT {
    private static final Path LOG = Path.of("target", "shop.log");
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final HttpClient browser = HttpClient.newHttpClient();

    private EmbeddedPostgres postgres;
    private FakePinterest pinterest;
    private Process shop;

    @BeforeEach
    void start() throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        pinterest = FakePinterest.builder("549755885175", "fake-token").start();
        shop = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("shop.jar"),
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--epik.api=" + pinterest.uri())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        shop.destroy();
        if (!shop.waitFor(30, TimeUnit.SECONDS)) {
            shop.destroyForcibly();
        }
        pinterest.close();
        postgres.close();
    }

    @Test
    void aSaleReachesPinterestWithTheClickIdOfTheLandingPage() throws Exception {
        String address = "http://127.0.0.1:" + awaitPort();
        HttpResponse<String> landing = send(HttpRequest.newBuilder(URI.create(address + "/?epik=dj0yJnU9ZGVtbw"))
                .header("Accept", "text/html"));
        assertEquals(200, landing.statusCode(), landing.body());
        String cookie = landing.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        assertEquals("_epik=dj0yJnU9ZGVtbw", cookie);

        HttpResponse<String> receipt = send(HttpRequest.newBuilder(URI.create(address + "/order"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString("email=jane%40shop.example")));
        assertEquals("{\"order\":\"1\",\"reported\":true}", receipt.body());

        ReceivedEvent event = pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
        assertEquals("1", event.id());
        assertTrue(event.json().contains("\"click_id\":\"dj0yJnU9ZGVtbw\""), event.json());

        String metrics = get(address + "/actuator/prometheus");
        assertTrue(metrics.contains("epik_capture_total{result=\"captured\"} 1.0"), metrics);
        assertTrue(metrics.contains("epik_outbox_waiting "), metrics);
        String health = get(address + "/actuator/health");
        assertTrue(health.contains("\"status\":\"UP\""), health);
        String counters = get(address + "/actuator/epik");
        assertTrue(counters.contains("\"stored\":1"), counters);
    }

    private String get(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address))).body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return browser.send(request.header("User-Agent", "Mozilla/5.0").build(), BodyHandlers.ofString());
    }

    /** Waits until the log names the port. */
    private String awaitPort() throws IOException, InterruptedException {
        while (true) {
            String log = Files.readString(LOG);
            Matcher started = STARTED.matcher(log);
            if (started.find()) {
                return started.group(1);
            }
            assertTrue(shop.isAlive(), "The shop did not start:\n" + log);
            Thread.sleep(50);
        }
    }
}
