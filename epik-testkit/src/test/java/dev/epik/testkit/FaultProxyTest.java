// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.function.BooleanSupplier;
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
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
        network = FaultProxy.before(pinterest.uri());
    }

    @AfterEach
    void close() {
        network.close();
        pinterest.close();
    }

    private static Socket connect(FaultProxy to) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), to.uri().getPort());
        client.setSoTimeout(30_000); // an interrupt, which is all that @Timeout has, ends no read
        return client;
    }

    private Socket ask() throws IOException {
        Socket client = connect(network);
        client.getOutputStream()
                .write((HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1));
        return client;
    }

    /** Every byte until the connection was closed in good order. */
    private String answer() throws IOException {
        try (Socket client = ask()) {
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static int contentLength(String answer) {
        return Integer.parseInt(answer.replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) { // as long as the test may take
            Thread.onSpinWait();
        }
    }

    // --- what is whole

    @Test
    void passesOnWhatIsWhole() throws Exception {
        String answer = answer();
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertEquals(contentLength(answer), body(answer).length());
        assertEquals("1001", pinterest.received().get(0).id());
        assertEquals(1, network.connections());
    }

    @Test
    void passesOnARequestInChunks() throws Exception {
        try (Socket client = connect(network)) {
            String chunks = "%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n"
                    .formatted(10, body.substring(0, 10), body.length() - 10, body.substring(10));
            client.getOutputStream().write((HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks).getBytes(ISO_8859_1));
            String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        }
    }

    @Test
    void aScriptIsOneFaultForEachConnectionAndThenThereIsNone() throws Exception {
        network.next(Fault.HTML_502, Fault.LOGIN_PAGE);
        assertTrue(answer().startsWith("HTTP/1.1 502 "));
        assertTrue(answer().startsWith("HTTP/1.1 200 A page"));
        assertTrue(answer().startsWith("HTTP/1.1 200 OK"));
        network.always(Fault.HTML_502);
        assertTrue(answer().startsWith("HTTP/1.1 502 "));
        assertTrue(answer().startsWith("HTTP/1.1 502 "));
        network.heal();
        assertTrue(answer().startsWith("HTTP/1.1 200 OK"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"PLAIN_TEXT_FOR_TLS", "UNTRUSTED_CERTIFICATE", "DRIPPING_ANSWER"},
            mode = Mode.EXCLUDE)
    void whetherPinterestHasTheRequestIsAsTheFaultSays(Fault fault) throws Exception {
        network.next(fault);
        try (Socket client = ask()) {
            if (fault == Fault.STALL || fault == Fault.STALL_AFTER_REQUEST) {
                await(() -> network.held() == 1);
            } else {
                client.getInputStream().readNBytes(1 << 20);
            }
        } catch (SocketException reset) {
            assertTrue(reset.toString().contains("reset"), reset::toString);
        }
        assertEquals(fault.arrives() ? 1 : 0, pinterest.received().size());
    }

    // --- each fault, as a client sees it

    @Test
    void nobodyListensUntilItIsHealed() throws Exception {
        network.refuse();
        network.refuse();
        assertThrows(ConnectException.class, this::answer);
        network.heal();
        assertTrue(answer().startsWith("HTTP/1.1 200 OK"));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_ON_CONNECT", "RESET_IN_REQUEST", "RESET_AFTER_REQUEST"})
    void aResetIsNoGoodbye(Fault fault) {
        network.next(fault);
        assertThrows(SocketException.class, this::answer);
    }

    @Test
    void aConnectionThatIsClosedInGoodOrderHasNoByte() throws Exception {
        network.next(Fault.CLOSE_AFTER_REQUEST);
        assertEquals("", answer());
    }

    @ParameterizedTest
    @EnumSource(names = {"STALL", "STALL_AFTER_REQUEST"})
    void aStalledAnswerNeverComesAndHealingResetsIt(Fault fault) throws Exception {
        network.next(fault);
        try (Socket client = ask()) {
            await(() -> network.held() == 1);
            assertEquals(0, client.getInputStream().available());
            network.heal();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            await(() -> network.held() == 0);
        }
    }

    @Test
    void aStalledConnectionIsHeldNoLongerThanTheClientWaits() throws Exception {
        network.next(Fault.STALL);
        Socket client = ask();
        await(() -> network.held() == 1);
        client.close();
        await(() -> network.held() == 0);
    }

    @Test
    void halfAnAnswerIsShorterThanItSays() throws Exception {
        network.next(Fault.HALF_ANSWER);
        String answer = answer();
        assertEquals(contentLength(answer) / 2, body(answer).length());
    }

    @Test
    void aDrippingAnswerComesByteByByte() throws Exception {
        network.drip(Duration.ofMillis(1));
        network.next(Fault.DRIPPING_ANSWER);
        String answer = answer();
        assertEquals(contentLength(answer), body(answer).length());
        network.drip(Duration.ofHours(1));
        network.next(Fault.DRIPPING_ANSWER);
        try (Socket client = ask()) {
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(ISO_8859_1).contains("\r\n\r\n{")) {
                seen.write(client.getInputStream().read());
            }
            assertEquals(0, client.getInputStream().available(), "one byte of the body, and no second one");
        }
    }

    @Test
    void aContentLengthCanBeWrongBothWays() throws Exception {
        network.next(Fault.TOO_GREAT_CONTENT_LENGTH, Fault.TOO_SMALL_CONTENT_LENGTH);
        String great = answer();
        assertEquals(body(great).length() * 2, contentLength(great));
        String small = answer();
        assertEquals(body(small).length() / 2, contentLength(small));
    }

    @Test
    void garbageIsNoHttp() throws Exception {
        network.next(Fault.GARBAGE);
        assertFalse(answer().startsWith("HTTP"));
    }

    @Test
    void anEndlessHeaderHasNoEnd() throws Exception {
        network.drip(Duration.ofMillis(1));
        network.next(Fault.ENDLESS_HEADER);
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
    void overTlsItIsTrustedByWhoeverHasItsTrustAndByNobodyElse() throws Exception {
        try (FaultProxy secure = FaultProxy.tlsBefore(pinterest.uri())) {
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(secure.trust()).build();
            assertEquals(
                    200,
                    trusting.send(request(secure.uri()), BodyHandlers.ofString())
                            .statusCode());
            assertThrows(
                    SSLHandshakeException.class,
                    () -> HttpClient.newHttpClient().send(request(secure.uri()), BodyHandlers.ofString()));

            secure.next(Fault.UNTRUSTED_CERTIFICATE);
            assertThrows(
                    SSLHandshakeException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            secure.next(Fault.PLAIN_TEXT_FOR_TLS);
            assertThrows(SSLException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            secure.next(Fault.RESET_AFTER_REQUEST);
            assertThrows(IOException.class, () -> trusting.send(request(secure.uri()), BodyHandlers.ofString()));
            assertEquals(2, pinterest.received().size());
        }
    }

    @Test
    void plainTextForTlsIsPlainText() throws Exception {
        try (FaultProxy secure = FaultProxy.tlsBefore(pinterest.uri())) {
            secure.next(Fault.PLAIN_TEXT_FOR_TLS);
            try (Socket client = connect(secure)) {
                client.getOutputStream().write(22); // as TLS begins
                assertTrue(new String(client.getInputStream().readAllBytes(), ISO_8859_1).startsWith("HTTP/1.1 400 "));
            }
        }
    }

    // --- wrong use, and the end

    @Test
    void whatItCannotDoIsRefusedWithTheCure() {
        var noTls = assertThrows(IllegalArgumentException.class, () -> network.next(Fault.UNTRUSTED_CERTIFICATE));
        assertTrue(noTls.toString().contains("tlsBefore"), noTls::toString);
        assertThrows(IllegalArgumentException.class, () -> network.always(Fault.PLAIN_TEXT_FOR_TLS));
        assertThrows(IllegalStateException.class, network::trust);
        var far = assertThrows(
                IllegalArgumentException.class, () -> FaultProxy.before(URI.create("http://192.0.2.1:80")));
        assertTrue(far.toString().contains("loopback"), far::toString);
    }

    @Test
    void afterCloseThePortIsFreeAndWhatWasHeldIsReset() throws Exception {
        network.next(Fault.STALL);
        try (Socket client = ask()) {
            await(() -> network.held() == 1);
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
