// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Timeout(60)
class FaultProxyTest {
    private static final String TEMPLATE = """
            {"data":[{"event_name":"checkout","action_source":"web","event_time":%d,"event_id":"1001",
              "user_data":{"client_ip_address":"192.0.2.7","client_user_agent":"Mozilla/5.0"}}]}
            """;
    private static final String HEAD = """
            POST /v5/ad_accounts/549755885175/events HTTP/1.1
            Host: shop
            Authorization: Bearer a-token
            Content-Type: application/json
            """.replace("\n", "\r\n");

    private final String body = TEMPLATE.formatted(Instant.now().getEpochSecond());
    private final FakePinterest pinterest;
    private final FaultProxy network;

    FaultProxyTest() throws IOException {
        pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
        network = FaultProxy.start(pinterest.uri());
    }

    @AfterEach
    void close() {
        network.close();
        pinterest.close();
    }

    private static Socket connect(FaultProxy to) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), to.uri().getPort());
        client.setSoTimeout(30_000); // @Timeout only interrupts, which does not end a blocking read
        return client;
    }

    private Socket ask() throws IOException {
        Socket client = connect(network);
        client.getOutputStream()
                .write((HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1));
        return client;
    }

    /** Returns every byte until the connection is closed normally. */
    private String response() throws IOException {
        try (Socket client = ask()) {
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static int contentLength(String response) {
        return Integer.parseInt(response.replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    // --- without a fault

    @Test
    void forwardsWithoutFault() throws Exception {
        String response = response();
        assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
        assertEquals(contentLength(response), body(response).length());
        assertEquals("1001", pinterest.received().get(0).id());
        assertEquals(1, network.connections());
    }

    @Test
    void forwardsAChunkedRequest() throws Exception {
        try (Socket client = connect(network)) {
            String chunks = "%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n"
                    .formatted(10, body.substring(0, 10), body.length() - 10, body.substring(10));
            client.getOutputStream().write((HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks).getBytes(ISO_8859_1));
            String response = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
            assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
        }
    }

    @Test
    void failNextAffectsOneConnectionPerFault() throws Exception {
        network.failNext(Fault.HTML_502, Fault.LOGIN_PAGE);
        assertTrue(response().startsWith("HTTP/1.1 502 "));
        assertTrue(response().startsWith("HTTP/1.1 200 A page"));
        assertTrue(response().startsWith("HTTP/1.1 200 OK"));
        network.failAlways(Fault.HTML_502);
        assertTrue(response().startsWith("HTTP/1.1 502 "));
        assertTrue(response().startsWith("HTTP/1.1 502 "));
        network.forwardNormally();
        assertTrue(response().startsWith("HTTP/1.1 200 OK"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PLAIN_TEXT_FOR_TLS", "UNTRUSTED_CERTIFICATE", "DRIPPING_RESPONSE"},
            mode = Mode.EXCLUDE)
    void requestReachesTheServerIfTheFaultForwardsIt(Fault fault) throws Exception {
        network.failNext(fault);
        try (Socket client = ask()) {
            if (fault == Fault.STALL || fault == Fault.STALL_AFTER_REQUEST) {
                Await.until(() -> network.stalledConnections() == 1);
            } else {
                client.getInputStream().readNBytes(1 << 20);
            }
        } catch (SocketException e) {
            assertTrue(e.toString().contains("reset"), e::toString);
        }
        assertEquals(fault.reachesTarget() ? 1 : 0, pinterest.received().size());
    }

    // --- each fault, from the client's side

    @Test
    void refusesConnectionsUntilForwardNormally() throws Exception {
        network.refuseConnections();
        network.refuseConnections();
        assertThrows(ConnectException.class, this::response);
        network.forwardNormally();
        assertTrue(response().startsWith("HTTP/1.1 200 OK"));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_ON_CONNECT", "RESET_IN_REQUEST", "RESET_AFTER_REQUEST"})
    void resetEndsTheConnectionWithAnError(Fault fault) {
        network.failNext(fault);
        assertThrows(SocketException.class, this::response);
    }

    @Test
    void closeAfterRequestSendsNoByte() throws Exception {
        network.failNext(Fault.CLOSE_AFTER_REQUEST);
        assertEquals("", response());
    }

    @ParameterizedTest
    @EnumSource(names = {"STALL", "STALL_AFTER_REQUEST"})
    void forwardNormallyResetsAStalledConnection(Fault fault) throws Exception {
        network.failNext(fault);
        try (Socket client = ask()) {
            Await.until(() -> network.stalledConnections() == 1);
            assertEquals(0, client.getInputStream().available());
            network.forwardNormally();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            Await.until(() -> network.stalledConnections() == 0);
        }
    }

    @Test
    void stallEndsWhenTheClientCloses() throws Exception {
        network.failNext(Fault.STALL);
        Socket client = ask();
        Await.until(() -> network.stalledConnections() == 1);
        client.close();
        Await.until(() -> network.stalledConnections() == 0);
    }

    @Test
    void truncatedResponseIsShorterThanItsContentLength() throws Exception {
        network.failNext(Fault.TRUNCATED_RESPONSE);
        String response = response();
        assertEquals(contentLength(response) / 2, body(response).length());
    }

    @Test
    void drippingResponseArrivesByteByByte() throws Exception {
        network.dripInterval(Duration.ofMillis(1));
        network.failNext(Fault.DRIPPING_RESPONSE);
        String response = response();
        assertEquals(contentLength(response), body(response).length());
        network.dripInterval(Duration.ofHours(1));
        network.failNext(Fault.DRIPPING_RESPONSE);
        try (Socket client = ask()) {
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(ISO_8859_1).contains("\r\n\r\n{")) {
                seen.write(client.getInputStream().read());
            }
            assertEquals(0, client.getInputStream().available(), "one byte of the body, and no second one");
        }
    }

    @Test
    void contentLengthIsTooLargeOrTooSmall() throws Exception {
        network.failNext(Fault.CONTENT_LENGTH_TOO_LARGE, Fault.CONTENT_LENGTH_TOO_SMALL);
        String great = response();
        assertEquals(body(great).length() * 2, contentLength(great));
        String small = response();
        assertEquals(body(small).length() / 2, contentLength(small));
    }

    @Test
    void garbageIsNotHttp() throws Exception {
        network.failNext(Fault.GARBAGE);
        assertFalse(response().startsWith("HTTP"));
    }

    @Test
    void endlessHeaderNeverEnds() throws Exception {
        network.dripInterval(Duration.ofMillis(1));
        network.failNext(Fault.ENDLESS_HEADER);
        try (Socket client = ask()) {
            byte[] header = client.getInputStream().readNBytes((4 << 20) + 10);
            assertEquals(-1, new String(header, 20, header.length - 20, ISO_8859_1).indexOf('\n'));
        }
    }

    // --- TLS

    private HttpRequest request(URI to) {
        return HttpRequest.newBuilder(to.resolve("/v5/ad_accounts/549755885175/events"))
                .header("Authorization", "Bearer a-token")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void onlyClientsWithItsContextTrustTheProxy() throws Exception {
        try (FaultProxy secure = FaultProxy.startTls(pinterest.uri())) {
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(secure.clientContext()).build();
            assertEquals(
                    200,
                    trusting.send(request(secure.uri()), BodyHandlers.ofString())
                            .statusCode());
            assertThrows(
                    SSLHandshakeException.class,
                    () -> HttpClient.newHttpClient().send(request(secure.uri()), BodyHandlers.ofString()));

            secure.failNext(Fault.UNTRUSTED_CERTIFICATE);
            assertThrows(
                    SSLHandshakeException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            secure.failNext(Fault.PLAIN_TEXT_FOR_TLS);
            assertThrows(SSLException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            secure.failNext(Fault.RESET_AFTER_REQUEST);
            assertThrows(IOException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            assertEquals(2, pinterest.received().size());
        }
    }

    @Test
    void respondsInPlainTextToTls() throws Exception {
        try (FaultProxy secure = FaultProxy.startTls(pinterest.uri())) {
            secure.failNext(Fault.PLAIN_TEXT_FOR_TLS);
            try (Socket client = connect(secure)) {
                client.getOutputStream().write(22); // the first byte of a TLS handshake
                assertTrue(new String(client.getInputStream().readAllBytes(), ISO_8859_1).startsWith("HTTP/1.1 400 "));
            }
        }
    }

    // --- invalid use, and closing

    @Test
    void invalidUseFailsWithTheCure() {
        var noTls = assertThrows(IllegalArgumentException.class, () -> network.failNext(Fault.UNTRUSTED_CERTIFICATE));
        assertTrue(noTls.toString().contains("startTls"), noTls::toString);
        assertThrows(IllegalArgumentException.class, () -> network.failAlways(Fault.PLAIN_TEXT_FOR_TLS));
        assertThrows(IllegalStateException.class, network::clientContext);
        var far =
                assertThrows(IllegalArgumentException.class, () -> FaultProxy.start(URI.create("http://192.0.2.1:80")));
        assertTrue(far.toString().contains("loopback"), far::toString);
    }

    @Test
    void closeReleasesThePortAndResetsStalledConnections() throws Exception {
        network.failNext(Fault.STALL);
        try (Socket client = ask()) {
            Await.until(() -> network.stalledConnections() == 1);
            network.close();
            InputStream in = client.getInputStream();
            assertThrows(SocketException.class, in::read);
        }
        int port = network.uri().getPort();
        try (ServerSocket ours = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(port, ours.getLocalPort());
        }
    }
}
