// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.epik.capi.EpikException;
import dev.epik.testkit.Answer;
import dev.epik.testkit.FakePinterest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinterestApiTest {
    private static final AdAccount ACCOUNT = AdAccount.of("549755885175", "canary-token-7351");

    private static Reply.Pause pause(Reply reply) {
        return assertInstanceOf(Reply.Pause.class, reply);
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
    void anAddressThatWouldLeakTheTokenIsRefused(String root) {
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
    void theRootIsTakenWithOrWithoutItsVersion(String root) {
        try (PinterestApi api = api(root)) {
            assertEquals("PinterestApi[https://api.pinterest.com/v5/ad_accounts/549755885175/events]", api.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"})
    void loopbackIsTakenInClear(String root) {
        api(root).close();
    }

    private static PinterestApi api(String root) {
        return new PinterestApi(URI.create(root), ACCOUNT, Mode.LIVE, null);
    }

    @Test
    void aBatchOverTheLimitIsAWrongCall() {
        try (PinterestApi api = api("http://127.0.0.1:1")) {
            assertThrows(EpikException.class, () -> api.send(List.of()));
            assertThrows(EpikException.class, () -> api.send(Collections.nCopies(1001, "{}")));
        }
    }

    @Test
    void aRedirectIsNotFollowedTheTokenWouldGoAlong() throws Exception {
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
            assertTrue(pause(api.send(List.of("{}"))).reason().contains("307"));
            assertEquals(0, elsewhere.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nobodyThereIsAPauseAndNoException() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (PinterestApi api = api("http://127.0.0.1:" + free)) {
            Reply.Pause pause = pause(api.send(List.of("{}")));
            assertEquals("Pinterest cannot be reached: ConnectException.", pause.reason());
            assertFalse(pause.needsPeople());
        }
    }

    @Test
    void aTokenThatPinterestQuotesIsRedacted() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), "canary-token-7351").start();
                PinterestApi api = api(fake.uri().toString())) {
            fake.next(Answer.of(401, "{\"code\":2,\"message\":\"bad token canary-token-7351\"}"));
            String reason = pause(api.send(List.of("{}"))).reason();
            assertTrue(reason.contains("bad token [access token]"), reason);
        }
    }

    @Test
    void nothingShowsTheToken() {
        assertEquals("AccessToken[redacted]", ACCOUNT.tokens().toString());
        assertFalse(ACCOUNT.toString().contains("canary"));
        var wrong = assertThrows(EpikException.class, () -> AccessToken.of("canary token"));
        assertFalse(wrong.toString().contains("canary"), wrong::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12a", "1234567890123456789", "../1", "-1"})
    void anAdAccountThatIsNoneIsRefused(String id) {
        assertThrows(EpikException.class, () -> AdAccount.of(id, "a-token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nX-Evil: 1", "\u00e9"})
    void aTokenThatNoHeaderCanHoldIsRefused(String token) {
        assertThrows(EpikException.class, () -> AccessToken.of(token));
    }

    @Test
    void aTokenThatIsInNoEnvironmentIsAskedFor() {
        var missing =
                assertThrows(EpikException.class, () -> AccessToken.fromEnvironment("EPIK_A_VARIABLE_NOBODY_SETS"));
        assertTrue(missing.toString().contains("EPIK_A_VARIABLE_NOBODY_SETS is not set: give it"), missing::toString);
        var empty = assertThrows(EpikException.class, () -> AccessToken.of(" ", "PINTEREST_ACCESS_TOKEN"));
        assertTrue(empty.toString().contains("PINTEREST_ACCESS_TOKEN is empty"), empty::toString);
        assertEquals(AccessToken.of("a"), AccessToken.of("a", "PINTEREST_ACCESS_TOKEN"));
        assertThrows(EpikException.class, () -> AccessToken.of(null, "PINTEREST_ACCESS_TOKEN"));
    }

    @Test
    void aTokenThatStaysIsRefusedOnce() throws Exception {
        try (FakePinterest fake =
                        FakePinterest.builder(ACCOUNT.id(), "another-token").start();
                PinterestApi api = api(fake.uri().toString())) {
            assertTrue(pause(api.send(List.of("{}"))).reason().contains("401"));
            assertEquals(1, fake.requests());
        }
    }

    @Test
    void aSourceWithoutATokenPausesAndNothingIsSent() throws Exception {
        Reply.Pause sealed = new Reply.Pause("The vault is sealed.", Optional.empty(), true);
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT.id(), "a-token").start();
                PinterestApi api = new PinterestApi(
                        fake.uri(), AdAccount.of(ACCOUNT.id(), source(sealed, sealed)), Mode.LIVE, null)) {
            assertEquals(sealed, api.send(List.of("{}")));
            assertEquals(0, fake.requests());
        }
    }

    @Test
    void aSourceOfAShopsOwnIsAskedOnceMoreAfterA401() throws Exception {
        AccessToken old = AccessToken.of("canary-old");
        Reply.Pause sealed = new Reply.Pause("The vault is sealed.", Optional.empty(), true);
        try (FakePinterest fake = FakePinterest.builder(ACCOUNT.id(), "a-token").start()) {
            try (PinterestApi api = new PinterestApi(
                    fake.uri(), AdAccount.of(ACCOUNT.id(), source(old, AccessToken.of("a-token"))), Mode.LIVE, null)) {
                assertInstanceOf(Reply.Undecided.class, api.send(List.of("{}")));
                assertEquals(2, fake.requests());
            }
            try (PinterestApi api =
                    new PinterestApi(fake.uri(), AdAccount.of(ACCOUNT.id(), source(old, sealed)), Mode.LIVE, null)) {
                assertEquals(sealed, api.send(List.of("{}")));
                assertEquals(3, fake.requests());
            }
        }
    }

    private static TokenSource source(TokenOrPause first, TokenOrPause renewed) {
        return new TokenSource() {
            @Override
            public TokenOrPause token() {
                return first;
            }

            @Override
            public TokenOrPause renewed(AccessToken refused) {
                return renewed;
            }
        };
    }
}
