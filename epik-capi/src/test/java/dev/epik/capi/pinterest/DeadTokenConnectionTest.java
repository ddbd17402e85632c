// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.Await;
import dev.epik.testing.TcpRelay;
import dev.epik.testkit.FakePinterest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead connections to the token endpoint; see {@link DeadConnectionTest}. */
@Timeout(120)
class DeadTokenConnectionTest {
    private static final Duration DEADLINE = Duration.ofMillis(1500);
    private static final String REDIRECT = "https://shop.example/connected";

    private FakePinterest pinterest;

    @BeforeEach
    void start() throws Exception {
        pinterest = FakePinterest.builder("1", "a-token").oauth("id", "secret").start();
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    private static TokenEndpoint endpoint(
            int port, @Nullable Supplier<HttpClient> clients, Duration deadline, LongSupplier nanoTime) {
        return new TokenEndpoint(URI.create("http://127.0.0.1:" + port), "id", "secret", clients, deadline, nanoTime);
    }

    /** Requests a grant for a code that does not exist: the 400 is a complete answer too. */
    private static TokenReply ask(TokenEndpoint endpoint) throws InterruptedException {
        return endpoint.exchange("no-code", REDIRECT, () -> BodySubscribers.ofString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atMostTwoRequestsFailOnADeadConnection(boolean supplied) throws Exception {
        Supplier<HttpClient> clients = supplied ? HttpClient::newHttpClient : null;
        try (TcpRelay relay = TcpRelay.start(pinterest.uri().getPort());
                TokenEndpoint endpoint = endpoint(relay.port(), clients, DEADLINE, System::nanoTime)) {
            assertInstanceOf(TokenReply.Spent.class, ask(endpoint));
            assertInstanceOf(TokenReply.Spent.class, ask(endpoint));
            assertEquals(1, relay.connections());
            relay.freezeConnections();
            int failed = 0;
            while (ask(endpoint) instanceof TokenReply.Failed answer) {
                assertTrue(answer.pause().reason().contains("no complete answer"), answer::toString);
                assertTrue(++failed <= 2, "more than two requests failed");
            }
        }
    }

    /** The first client sends everything to a proxy that never answers. */
    @Test
    void replacesASuppliedClientThatStopsWorking() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ProxySelector toSilence = ProxySelector.of((InetSocketAddress) silent.getLocalSocketAddress());
            Queue<HttpClient> clients = new ConcurrentLinkedQueue<>();
            clients.add(HttpClient.newBuilder().proxy(toSilence).build());
            clients.add(HttpClient.newHttpClient());
            LongSupplier fast = () -> 100 * System.nanoTime(); // the failures must span 10 s
            try (TokenEndpoint endpoint =
                    endpoint(pinterest.uri().getPort(), clients::remove, Duration.ofMillis(300), fast)) {
                assertInstanceOf(TokenReply.Failed.class, ask(endpoint));
                assertInstanceOf(TokenReply.Failed.class, ask(endpoint));
                Await.until(() -> endpoint.replacedClients() == 1);
                assertInstanceOf(TokenReply.Spent.class, ask(endpoint));
            }
        }
    }
}
