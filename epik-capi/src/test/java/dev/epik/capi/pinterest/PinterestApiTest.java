// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.testing.Await;
import dev.epik.testing.TcpRelay;
import dev.epik.testing.TestIds;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.Fault;
import dev.epik.testkit.FaultProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PinterestApiTest {
    private static final AdAccount ACCOUNT = AdAccount.of(TestIds.ACCOUNT, "canary-token-7351");
    private static final AccessToken TOKEN = AccessToken.of("canary-token-7351");

    private static Reply.Pause pause(Reply reply) {
        return assertInstanceOf(Reply.Pause.class, reply);
    }

    private static Reply send(PinterestApi api, List<String> eventsJson) {
        return api.send(ACCOUNT.id(), TOKEN, eventsJson).join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.pinterest.com",
                "ftp://localhost",
                "http://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "https:///v5",
                "/v5",
                "http://10.0.0.1",
                "http://[2001:db8::1]/",
            })
    void anUnencryptedAddressIsRejected(String root) {
        var wrong = assertThrows(EpikException.class, () -> api(root).close());
        assertTrue(wrong.toString().contains("use https"), wrong::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.pinterest.com",
                "https://api.pinterest.com/",
                "https://api.pinterest.com/v5",
                "https://api.pinterest.com/v5/",
            })
    void acceptsTheAddressWithOrWithoutItsVersion(String root) {
        try (PinterestApi api = api(root)) {
            assertEquals("PinterestApi[https://api.pinterest.com/v5, LIVE]", api.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"})
    void acceptsUnencryptedLoopback(String root) {
        api(root).close();
    }

    private static PinterestApi api(String root) {
        return new PinterestApi(URI.create(root), Mode.LIVE, null);
    }

    @Test
    void aBatchOverTheLimitThrows() {
        try (PinterestApi api = api("http://127.0.0.1:1")) {
            assertThrows(EpikException.class, () -> send(api, List.of()));
            assertThrows(EpikException.class, () -> send(api, Collections.nCopies(1001, "{}")));
        }
    }

    @Test
    void doesNotFollowRedirects() throws Exception {
        AtomicInteger elsewhere = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/elsewhere", exchange -> {
            elsewhere.incrementAndGet();
            exchange.close();
        });
        server.createContext("/v5", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.start();
        try (PinterestApi api = api("http://127.0.0.1:" + server.getAddress().getPort())) {
            assertTrue(pause(send(api, List.of("{}"))).reason().contains("307"));
            assertEquals(0, elsewhere.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aRefusedConnectionIsAPause() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (PinterestApi api = api("http://127.0.0.1:" + free)) {
            Reply.Pause pause = pause(send(api, List.of("{}")));
            assertEquals(
                    "Pinterest cannot be reached: ConnectException at 127.0.0.1:" + free
                            + ". Check that the firewall, the proxy and DNS let this machine connect.",
                    pause.reason());
            assertFalse(pause.needsOperator());
            assertFalse(pause.mayHaveCounted());
        }
    }

    @Test
    void aTokenThatPinterestQuotesIsRedacted() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), "canary-token-7351").start();
                PinterestApi api = api(fake.uri().toString())) {
            fake.respondWith(FakeResponse.of(401, "{\"code\":2,\"message\":\"bad token canary-token-7351\"}"));
            String reason = pause(send(api, List.of("{}"))).reason();
            assertTrue(reason.contains("bad token [access token]"), reason);
        }
    }

    @Test
    void personalDataThatPinterestQuotesIsRedacted() throws Exception {
        String event = ConversionEvent.checkout("1001")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("203.0.113.77")
                        .withUserAgent("canary (agent)")
                        .withClickId("dj0yCANARY"))
                .build()
                .json();
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), TOKEN.value()).start();
                PinterestApi api = api(fake.uri().toString())) {
            fake.failEvent("1001", "203.0.113.77 is odd, dj0yCANARY is unknown, so is canary (agent)");
            Reply reply = send(api, List.of(event));
            assertEquals(
                    List.of(new Outcome.Rejected("[IP address] is odd, [click id] is unknown, so is [user agent]")),
                    assertInstanceOf(Reply.Settled.class, reply).outcomes());
        }
    }

    @Test
    void noDescriptionShowsTheToken() {
        assertEquals("AccessToken[redacted]", ACCOUNT.tokens().toString());
        assertFalse(ACCOUNT.toString().contains("canary"));
        var wrong = assertThrows(EpikException.class, () -> AccessToken.of("canary token"));
        assertFalse(wrong.toString().contains("canary"), wrong::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12a", "1234567890123456789", "../1", "-1"})
    void anInvalidAdAccountIdIsRejected(String id) {
        assertThrows(EpikException.class, () -> AdAccount.of(id, "a-token"));
        try (PinterestApi api = api("http://127.0.0.1:1")) {
            assertThrows(EpikException.class, () -> api.send(id, TOKEN, List.of("{}")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nX-Evil: 1", "\u00e9"})
    void aTokenThatNoHeaderCanHoldIsRejected(String token) {
        assertThrows(EpikException.class, () -> AccessToken.of(token));
    }

    // --- the token source, which only a probe asks

    @Test
    void sendReturnsA401AndDoesNotAskForAnotherToken() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), "another-token").start();
                PinterestApi api = api(fake.uri().toString())) {
            Reply.Pause pause = pause(send(api, List.of("{}")));
            assertEquals(401, pause.status());
            assertTrue(pause.needsOperator());
            assertFalse(pause.mayHaveCounted());
            assertEquals(1, fake.requests());
        }
    }

    @Test
    void probeWithATokenThatStaysSendsOnce() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), "another-token").start();
                PinterestApi api = api(fake.uri().toString())) {
            assertTrue(pause(api.probe(ACCOUNT, List.of("{}")).reply()).reason().contains("401"));
            assertEquals(1, fake.requests());
        }
    }

    @Test
    void probeWithoutATokenSendsNothing() throws Exception {
        Unavailable sealed = Unavailable.needsOperator("The vault is sealed.");
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT.id(), "a-token").start();
                PinterestApi api = api(fake.uri().toString())) {
            AdAccount account = AdAccount.of(ACCOUNT.id(), source(sealed, sealed));
            assertEquals(
                    Reply.Pause.noToken(sealed),
                    api.probe(account, List.of("{}")).reply());
            assertEquals(0, fake.requests());
        }
    }

    @Test
    void probeAsksForAnotherTokenOnceAfterA401() throws Exception {
        AccessToken old = AccessToken.of("canary-old");
        Unavailable sealed = Unavailable.needsOperator("The vault is sealed.");
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT.id(), "a-token").start();
                PinterestApi api = api(fake.uri().toString())) {
            AdAccount renewable = AdAccount.of(ACCOUNT.id(), source(old, AccessToken.of("a-token")));
            assertInstanceOf(
                    Reply.Undecided.class, api.probe(renewable, List.of("{}")).reply());
            assertEquals(2, fake.requests());
            AdAccount closed = AdAccount.of(ACCOUNT.id(), source(old, sealed));
            TimedReply probe = api.probe(closed, List.of("{}"));
            assertEquals(Reply.Pause.noToken(sealed), probe.reply());
            assertTrue(probe.serverTime().isPresent());
            assertEquals(3, fake.requests());
        }
    }

    /** Returns null, as the supplier of an application may do. */
    @SuppressWarnings({"NullAway", "DoNotCallSuggester"})
    private static HttpClient noClient() {
        return null;
    }

    // --- one client for all ad accounts, and its end

    @Test
    void connectionsDoNotGrowWithAdAccounts() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), TOKEN.value()).start();
                TcpRelay relay = TcpRelay.start(fake.uri().getPort());
                PinterestApi api = api("http://127.0.0.1:" + relay.port())) {
            for (int account = 1; account <= 50; account++) {
                assertEquals(
                        403,
                        pause(api.send(Integer.toString(account), TOKEN, List.of("{}"))
                                        .join())
                                .status());
            }
            assertEquals(50, fake.requests());
            assertEquals(1, relay.connections());
        }
    }

    @Test
    void closeEndsRunningRequests() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), TOKEN.value()).start();
                FaultProxy network = FaultProxy.start(fake.uri())) {
            network.failAlways(Fault.STALL);
            CompletableFuture<Reply> underWay;
            try (PinterestApi api = api(network.uri().toString())) {
                underWay = api.send(ACCOUNT.id(), TOKEN, List.of("{}"));
                Await.until(() -> network.stalledConnections() > 0);
            }
            Reply.Pause pause = pause(underWay.get(1, TimeUnit.SECONDS));
            assertEquals("Pinterest cannot be reached: the client is closed.", pause.reason());
            assertTrue(pause.mayHaveCounted());
        }
    }

    @Test
    void sendAfterCloseIsAPause() throws Exception {
        PinterestApi api = api("http://127.0.0.1:1");
        api.close();
        api.close();
        Reply.Pause pause = pause(send(api, List.of("{}")));
        assertEquals("Pinterest cannot be reached: the client is closed.", pause.reason());
        assertFalse(pause.mayHaveCounted());
    }

    @Test
    void aSuppliedClientThatThrowsIsAPause() {
        HttpClient broken = HttpClient.newBuilder()
                .executor(work -> {
                    throw new OutOfMemoryError("unable to create native thread");
                })
                .build();
        try (PinterestApi api = new PinterestApi(URI.create("http://127.0.0.1:1"), Mode.LIVE, () -> broken)) {
            Reply.Pause pause = pause(send(api, List.of("{}")));
            assertEquals("Pinterest cannot be reached: OutOfMemoryError.", pause.reason());
            assertFalse(pause.mayHaveCounted());
        }
    }

    @Test
    void aSupplierOfAnUnusableClientIsRejected() {
        URI root = URI.create("http://127.0.0.1:1");
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        var redirects = assertThrows(EpikException.class, () -> new PinterestApi(root, Mode.LIVE, () -> following));
        assertTrue(redirects.toString().contains("followRedirects(NEVER)"), redirects::toString);
        var none =
                assertThrows(EpikException.class, () -> new PinterestApi(root, Mode.LIVE, PinterestApiTest::noClient));
        assertTrue(none.toString().contains("returned null"), none::toString);
    }

    private static TokenSource source(TokenResult first, TokenResult renewed) {
        return new TokenSource() {
            @Override
            public TokenResult token() {
                return first;
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                return renewed;
            }
        };
    }
}
