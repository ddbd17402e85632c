// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shop, from the ad to Pinterest. */
@Timeout(60)
class ShopTest {
    private final HttpClient browser = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private FakePinterest pinterest;
    private Shop shop;

    @BeforeEach
    void start() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "fake-token").start();
        shop = new Shop(0, pinterest.uri(), folder.resolve("epik.db"));
    }

    @AfterEach
    void stop() throws Exception {
        shop.stop();
        pinterest.close();
    }

    @Test
    void aSaleReachesPinterestWithTheClickIdOfTheLandingPage() throws Exception {
        String address = "http://127.0.0.1:" + shop.port();
        HttpResponse<String> landing = send(HttpRequest.newBuilder(URI.create(address + "/?epik=dj0yJnU9ZGVtbw"))
                .header("Accept", "text/html"));
        assertTrue(landing.body().contains("A lamp"), landing.body());
        String cookie = landing.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        assertEquals("_epik=dj0yJnU9ZGVtbw", cookie);

        HttpResponse<String> receipt = send(HttpRequest.newBuilder(URI.create(address + "/order"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString("email=jane%40shop.example")));
        assertEquals(200, receipt.statusCode(), receipt.body());

        ReceivedEvent event = pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
        assertTrue(receipt.body().contains(event.id()), receipt.body());
        assertTrue(event.json().contains("\"click_id\":\"dj0yJnU9ZGVtbw\""), event.json());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return browser.send(request.header("User-Agent", "Mozilla/5.0").build(), BodyHandlers.ofString());
    }
}
