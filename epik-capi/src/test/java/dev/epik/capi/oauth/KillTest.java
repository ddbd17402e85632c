// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.DAY;
import static dev.epik.capi.oauth.OAuthShop.isAccepted;
import static dev.epik.capi.oauth.OAuthShop.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.epik.testing.Await;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a process with {@code kill -9} at every point of a renewal. Pinterest retires the old refresh token at once.
 */
@Timeout(120)
class KillTest {
    @TempDir
    private Path directory;

    private OAuthShop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new OAuthShop(directory);
        shop.connectOnce();
        shop.clock.tick(DAY.multipliedBy(31));
    }

    @AfterEach
    void close() {
        shop.desk.onRequest(() -> {});
        shop.close();
    }

    @Test
    void aProcessThatIsNotKilledRenewsOnceAndSends() throws Exception {
        try (ChildJvm process = RenewalProcess.start(shop, shop.pinterest.uri(), "nowhere")) {
            process.awaitLine("SENT true");
        }
        assertEquals(2, shop.desk.requests());
    }

    @ParameterizedTest
    @EnumSource(
            value = RenewalCrashPoint.class,
            names = {"ANSWERED", "READ", "TEMP_WRITTEN", "RENAMED", "STORED"})
    void afterAKillBehindTheAnswerTheNextStartSends(RenewalCrashPoint step) throws Exception {
        try (ChildJvm process = RenewalProcess.start(shop, shop.pinterest.uri(), step.name())) {
            process.awaitLine("STEP " + step);
            process.kill();
        }
        assertEquals(0, shop.pinterest.requests(), "the new token was used before it was stored");
        try (OAuthTokens tokens = shop.open()) {
            assertTrue(isAccepted(shop.send(tokens)));
            assertEquals(tokens.token(), shop.newest());
        }
        assertEquals(2, shop.desk.requests(), "the answer in the journal is used");
        assertFalse(Files.exists(beside(".journal")), "the journal still has tokens");
    }

    @Test
    void afterAKillDuringTheAnswerTheOldRefreshTokenIsTriedAgain() throws Exception {
        shop.desk.keepOldRefreshTokens(true);
        killAmidTheAnswer();
        try (OAuthTokens tokens = shop.open()) {
            assertTrue(isAccepted(shop.send(tokens)));
        }
        assertEquals(3, shop.desk.requests());
    }

    @Test
    void afterAKillDuringTheAnswerARetiredRefreshTokenNeedsReconnect() throws Exception {
        killAmidTheAnswer();
        try (OAuthTokens tokens = shop.open()) {
            String reason = pause(shop.send(tokens)).reason();
            assertTrue(reason.contains("Connect again"), reason);
            shop.connect(tokens);
            assertTrue(isAccepted(shop.send(tokens)));
        }
    }

    private void killAmidTheAnswer() throws Exception {
        CountDownLatch killed = new CountDownLatch(1);
        HttpServer front = halfAnswers(killed);
        URI api = URI.create("http://127.0.0.1:" + front.getAddress().getPort());
        try (ChildJvm process = RenewalProcess.start(shop, api, "nowhere")) {
            Await.until(this::journalHasABody);
            process.kill();
        } finally {
            killed.countDown();
            front.stop(0);
        }
    }

    private boolean journalHasABody() throws IOException {
        return Files.exists(beside(".journal"))
                && Files.readString(beside(".journal")).contains("\n{");
    }

    /** Passes token requests on, and half of each answer back. */
    private HttpServer halfAnswers(CountDownLatch killed) throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        HttpServer front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.createContext("/v5/oauth/token", exchange -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            shop.pinterest.uri().resolve("/v5/oauth/token"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            exchange.getRequestBody().readAllBytes()));
            for (String name : new String[] {"Authorization", "Content-Type"}) {
                request.header(name, String.valueOf(exchange.getRequestHeaders().getFirst(name)));
            }
            try {
                byte[] body = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                        .body();
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(Arrays.copyOf(body, body.length / 2));
                exchange.getResponseBody().flush();
                assertTrue(killed.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        });
        front.start();
        return front;
    }

    @Test
    void twoProcessesOnOneFileRenewOnce() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        shop.desk.onRequest(() -> {
            try {
                assertTrue(waits.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try (OAuthTokens tokens = shop.open();
                ChildJvm other = startWhileRenewing(tokens)) {
            other.awaitLine("STEP LOCK_BUSY");
            waits.countDown();
            String token = Integer.toHexString(tokens.token().hashCode());
            assertEquals("TOKEN " + token, other.awaitLine("TOKEN"));
            other.awaitLine("SENT true");
        }
        assertEquals(2, shop.desk.requests());
    }

    private ChildJvm startWhileRenewing(OAuthTokens tokens) throws Exception {
        Thread asking = new Thread(() -> {
            try {
                tokens.token();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asking.start();
        Await.until(() -> shop.desk.requests() == 2);
        return RenewalProcess.start(shop, shop.pinterest.uri(), "nowhere");
    }

    private Path beside(String ending) {
        return shop.file.resolveSibling(shop.file.getFileName() + ending);
    }
}
