// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.Mode;
import dev.epik.testing.Await;
import dev.epik.testing.TcpRelay;
import dev.epik.testing.TestCertificate;
import dev.epik.testkit.FakePinterest;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dead connections, as after a NAT or a firewall has dropped their state: no reset, no end of stream. New connections
 * work.
 */
@Timeout(120)
class DeadConnectionTest {
    private static final Duration DEADLINE = Duration.ofMillis(1500);
    private static final AccessToken TOKEN = AccessToken.of("a-token");

    @TempDir
    @Nullable
    Path directory;

    @Test
    void overPlainHttpAtMostTwoSendsFail() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder("1", "a-token").start()) {
            atMostTwoSendsFail("http", pinterest.uri().getPort(), null);
        }
    }

    /** A server that would speak HTTP/2, which no connection uses. */
    @ParameterizedTest
    @CsvSource({"http, true", "https, false", "https, true"})
    void overAnyServerAtMostTwoSendsFail(String scheme, boolean http2) throws Exception {
        SSLContext trusting = TestCertificate.context();
        Queue<String> protocols = new ConcurrentLinkedQueue<>();
        Connector connector = connector(http2, scheme.equals("https"));
        Tomcat tomcat = tomcat(connector, protocols);
        try {
            // the client's default is HTTP/2
            Supplier<HttpClient> clients =
                    () -> HttpClient.newBuilder().sslContext(trusting).build();
            atMostTwoSendsFail(scheme, connector.getLocalPort(), clients);
            assertTrue(protocols.size() > 2 && protocols.stream().allMatch("HTTP/1.1"::equals), protocols::toString);
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static void atMostTwoSendsFail(String scheme, int port, @Nullable Supplier<HttpClient> clients)
            throws IOException {
        try (TcpRelay relay = TcpRelay.start(port);
                PinterestApi api = api(scheme, relay, clients)) {
            assertInstanceOf(Reply.Settled.class, send(api));
            assertInstanceOf(Reply.Settled.class, send(api));
            assertEquals(1, relay.connections());
            relay.freezeConnections();
            int failed = 0;
            while (send(api) instanceof Reply.Pause pause) {
                assertTrue(pause.reason().contains("no complete answer within 1500 ms"), pause.reason());
                assertTrue(pause.mayHaveCounted());
                assertTrue(++failed <= 2, "more than two sends failed");
            }
            assertInstanceOf(Reply.Settled.class, send(api));
        }
    }

    /** Each of the pool's connections is dead. The replacement of the client drops them all at once. */
    @Test
    void manyDeadConnectionsDoNotFailOneAfterAnother() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder("1", "a-token").start();
                TcpRelay relay = TcpRelay.start(pinterest.uri().getPort());
                PinterestApi api = new PinterestApi(
                        URI.create("http://127.0.0.1:" + relay.port()),
                        Mode.LIVE,
                        null,
                        DEADLINE,
                        () -> 10 * System.nanoTime())) { // the failures must span 10 s
            pinterest.delayResponses(Duration.ofMillis(500));
            List<CompletableFuture<Reply>> together = IntStream.range(0, 8)
                    .mapToObj(i -> api.send("1", TOKEN, List.of(event())))
                    .toList();
            together.forEach(reply -> assertInstanceOf(Reply.Settled.class, reply.join()));
            pinterest.respondNormally();
            assertTrue(relay.connections() > 3, () -> relay.connections() + " connections");
            relay.freezeConnections();
            assertInstanceOf(Reply.Pause.class, send(api));
            assertInstanceOf(Reply.Pause.class, send(api));
            Await.until(() -> api.replacedClients() > 0);
            assertInstanceOf(Reply.Settled.class, send(api));
        }
    }

    private static PinterestApi api(String scheme, TcpRelay relay, @Nullable Supplier<HttpClient> clients) {
        return TestPinterestApi.withDeadline(URI.create(scheme + "://127.0.0.1:" + relay.port()), clients, DEADLINE);
    }

    private static Reply send(PinterestApi api) {
        return api.send("1", TOKEN, List.of(event())).join();
    }

    private static String event() {
        return """
                {"event_name":"checkout","action_source":"web","event_time":%d,"event_id":"1",\
                "user_data":{"client_ip_address":"192.0.2.7","client_user_agent":"Mozilla/5.0"}}\
                """.formatted(Instant.now().getEpochSecond());
    }

    private static Connector connector(boolean http2, boolean secure) {
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        if (secure) {
            connector.setSecure(true);
            connector.setScheme("https");
            connector.setProperty("SSLEnabled", "true");
            SSLHostConfig tls = new SSLHostConfig();
            SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
            certificate.setCertificateKeystoreFile(TestCertificate.FILE.toString());
            certificate.setCertificateKeystorePassword(TestCertificate.PASSWORD);
            tls.addCertificate(certificate);
            connector.addSslHostConfig(tls);
        }
        if (http2) {
            connector.addUpgradeProtocol(new Http2Protocol());
        }
        return connector;
    }

    private Tomcat tomcat(Connector connector, Queue<String> protocols) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(String.valueOf(directory));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "pinterest", new Processed(protocols)).addMapping("/*");
        tomcat.start();
        return tomcat;
    }

    /** Accepts every batch of one event. */
    private static final class Processed extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient Queue<String> protocols;

        private Processed(Queue<String> protocols) {
            this.protocols = protocols;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            protocols.add(request.getProtocol());
            request.getInputStream().readAllBytes();
            response.setContentType("application/json");
            response.getWriter().write("{\"events\":[{\"status\":\"processed\"}]}");
        }
    }
}
