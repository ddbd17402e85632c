// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.Fault;
import dev.epik.testkit.FaultProxy;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether events may have counted after a failed exchange, and whether the HTTP client may be the cause. */
@Timeout(120)
class ExchangeFailureTest {
    private static final String CHECK =
            " at pinterest.example. Check that the firewall, the proxy and DNS let this machine connect";
    private static final String CERTIFICATE = " at pinterest.example. If a proxy replaces certificates, add its"
            + " certificate authority to the trust store of the JVM";

    private static final AccessToken TOKEN = AccessToken.of("a-token");
    private static final Duration SHORT = Duration.ofMillis(1500);

    /** Faults with a complete answer, which {@code vectors/replies.json} covers. */
    private static final Map<Fault, Boolean> ANSWERS =
            Map.of(Fault.HTML_502, true, Fault.LOGIN_PAGE, true, Fault.CONTENT_LENGTH_TOO_SMALL, true);

    private static Throwable caused(Throwable outer, Throwable cause) {
        return outer.initCause(cause);
    }

    /** Returns the exceptions that the JDK's client throws on 17 and 25. */
    static Stream<Arguments> thrown() {
        return Stream.of(
                Arguments.of(
                        caused(new ConnectException(), new ClosedChannelException()),
                        "ConnectException" + CHECK,
                        false),
                Arguments.of(
                        caused(new ConnectException(), new UnresolvedAddressException()),
                        "ConnectException" + CHECK,
                        false),
                Arguments.of(
                        caused(new IOException("received no bytes"), new SocketException("Connection reset")),
                        "IOException at pinterest.example",
                        false),
                Arguments.of(
                        caused(new IOException("received no bytes"), new EOFException()),
                        "IOException at pinterest.example",
                        false),
                Arguments.of(
                        new ProtocolException("Header size too big"), "ProtocolException at pinterest.example", false),
                Arguments.of(new SSLException("plaintext connection?"), "SSLException at pinterest.example", false),
                Arguments.of(new SSLHandshakeException("no"), "SSLHandshakeException" + CERTIFICATE, false),
                Arguments.of(
                        caused(new HttpConnectTimeoutException("slow"), new ConnectException()),
                        "HttpConnectTimeoutException" + CHECK,
                        true),
                Arguments.of(new HttpTimeoutException("slow"), "no complete answer within 1500 ms", true),
                Arguments.of(new IOException("selector manager closed"), "IOException", true),
                Arguments.of(
                        caused(new ConnectException(), new IOException("selector manager closed")),
                        "ConnectException",
                        true),
                Arguments.of(new RejectedExecutionException("canary"), "RejectedExecutionException", true),
                Arguments.of(new IllegalStateException("canary"), "IllegalStateException", true),
                Arguments.of(new OutOfMemoryError("canary"), "OutOfMemoryError", true),
                Arguments.of(
                        caused(new IOException("selector manager closed"), new OutOfMemoryError("canary")),
                        "IOException",
                        true));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void namesTheTypeAndBlamesTheClientUnlessTheNetworkIsToBlame(Throwable e, String reason, boolean blamesClient) {
        for (Throwable thrown : List.of(e, new CompletionException(new CompletionException(e)))) {
            ExchangeFailure failure = ExchangeFailure.of(thrown, SHORT, "pinterest.example");
            assertEquals(reason, failure.reason());
            assertEquals(blamesClient, failure.blamesClient());
            assertEquals(e instanceof SSLHandshakeException, failure.isHandshake());
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void eventsMayHaveCountedIfTheRequestMayHaveArrived(Fault fault) throws Exception {
        boolean tls = fault == Fault.PLAIN_TEXT_FOR_TLS || fault == Fault.UNTRUSTED_CERTIFICATE;
        try (FakePinterest pinterest = FakePinterest.builder("1", "a-token").start();
                FaultProxy network = tls ? FaultProxy.startTls(pinterest.uri()) : FaultProxy.start(pinterest.uri());
                PinterestApi api = TestPinterestApi.withDeadline(
                        network.uri(),
                        tls
                                ? () -> HttpClient.newBuilder()
                                        .sslContext(network.clientContext())
                                        .build()
                                : null,
                        SHORT)) {
            network.failAlways(fault);
            String event = ConversionEvent.checkout("1001")
                    .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                            .withIp("192.0.2.7")
                            .withUserAgent("Mozilla/5.0"))
                    .build()
                    .json();
            Reply reply = api.send("1", TOKEN, List.of(event)).join();
            Reply.Pause pause = assertInstanceOf(Reply.Pause.class, reply, reply::toString);
            assertEquals(ANSWERS.containsKey(fault), pause.status() > 0, pause::toString);
            assertTrue(pause.mayHaveCounted() || !fault.reachesTarget(), pause::toString);
            if (fault != Fault.RESET_ON_CONNECT) { // a quick reset comes before the body
                assertEquals(!tls, pause.mayHaveCounted(), pause::toString);
            }
        }
    }

    @Test
    void eventsCannotHaveCountedIfNoConnectionWasMade() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> backlog = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket client = new Socket();
                backlog.add(client);
                try {
                    client.connect(full.getLocalSocketAddress(), 200);
                } catch (IOException e) {
                    break; // no more fit in
                }
            }
            URI root = URI.create("http://127.0.0.1:" + full.getLocalPort());
            try (PinterestApi api = TestPinterestApi.withDeadline(root, null, SHORT)) {
                Reply reply = api.send("1", TOKEN, List.of("{}")).join();
                assertFalse(assertInstanceOf(Reply.Pause.class, reply).mayHaveCounted(), reply::toString);
            }
            for (Socket client : backlog) {
                client.close();
            }
        }
        try (PinterestApi api =
                TestPinterestApi.withDeadline(URI.create("https://no-such-host.invalid"), null, SHORT)) {
            Reply reply = api.send("1", TOKEN, List.of("{}")).join();
            assertFalse(assertInstanceOf(Reply.Pause.class, reply).mayHaveCounted(), reply::toString);
        }
    }
}
