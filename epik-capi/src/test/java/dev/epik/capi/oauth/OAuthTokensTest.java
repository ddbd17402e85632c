// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.DAY;
import static dev.epik.capi.oauth.OAuthShop.MINUTE;
import static dev.epik.capi.oauth.OAuthShop.REDIRECT;
import static dev.epik.capi.oauth.OAuthShop.given;
import static dev.epik.capi.oauth.OAuthShop.isAccepted;
import static dev.epik.capi.oauth.OAuthShop.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.EpikException;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.testkit.FakeResponse;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OAuthTokensTest {
    @TempDir
    private Path directory;

    private OAuthShop shop;
    private OAuthTokens tokens;

    @BeforeEach
    void open() {
        shop = new OAuthShop(directory);
        tokens = shop.open();
    }

    @AfterEach
    void close() {
        shop.desk.onRequest(() -> {});
        tokens.close();
        shop.close();
    }

    @Test
    void sendsAfterAPersonHasAgreedOnce() throws Exception {
        assertEquals(shop.connect(tokens), shop.newest());
        assertTrue(isAccepted(shop.send(tokens)));
        assertEquals(1, shop.desk.requests());
    }

    @Test
    void theConsentPageHasTheAppTheScopesAndTheState() {
        URI page = OAuthShop.APP.authorizeUrl("https://shop.example/a?b=c", "s t&te");
        assertEquals(
                "https://www.pinterest.com/oauth/?client_id=1499999&redirect_uri=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc"
                        + "&response_type=code&scope=ads%3Aread%2Cads%3Awrite&state=s+t%26te",
                page.toString());
        assertThrows(EpikException.class, () -> OAuthShop.APP.authorizeUrl(REDIRECT, " "));
    }

    @Test
    void withoutAGrantTheReasonNamesTheWayToConnect() throws Exception {
        Unavailable pause = pause(shop.send(tokens));
        assertTrue(pause.reason().contains("not connected yet"), pause.reason());
        assertTrue(pause.reason().contains("OAuthTokens.connect"), pause.reason());
        assertTrue(pause.needsOperator());
        assertEquals(0, shop.pinterest.requests() + shop.desk.requests());
    }

    @Test
    void aCodeWorksOnceAndForItsRedirectUri() throws Exception {
        String code = shop.desk.authorizationCode(REDIRECT);
        Unavailable pause = pause(tokens.connect(code, REDIRECT + "/"));
        assertTrue(pause.needsOperator() && pause.reason().contains("code works once"), pause.reason());
        assertTrue(pause(tokens.connect(" ", REDIRECT)).reason().contains("no code"));
        assertEquals(1, shop.desk.requests());
    }

    @Test
    void fiftyThreadsWithoutATokenMakeOneRequest() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        CountDownLatch asked = new CountDownLatch(50);
        shop.desk.onRequest(() -> await(asked));
        ExecutorService threads = Executors.newFixedThreadPool(50);
        List<Future<AccessToken>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(threads.submit(() -> {
                asked.countDown();
                return given(tokens.token());
            }));
        }
        for (Future<AccessToken> answer : answers) {
            assertEquals(answer.get(), shop.newest());
        }
        threads.shutdown();
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void renewsInTheBackgroundWithAThirdOfTheLifeLeft() throws Exception {
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(20).minusMillis(1));
        assertEquals(old, tokens.token());
        OAuthShop.awaitRenewal(tokens);
        assertEquals(1, shop.desk.requests());
        shop.clock.tick(Duration.ofMillis(1));
        CountDownLatch seen = new CountDownLatch(1);
        shop.desk.onRequest(() -> await(seen));
        assertEquals(old, tokens.token());
        assertEquals(old, tokens.token());
        seen.countDown();
        OAuthShop.awaitRenewal(tokens);
        assertEquals(tokens.token(), shop.newest());
        assertNotEquals(old, tokens.token());
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void usesTheLifetimeThatPinterestStates() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofMinutes(30));
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(Duration.ofMinutes(20));
        assertEquals(old, tokens.token());
        OAuthShop.awaitRenewal(tokens);
        assertNotEquals(old, tokens.token());
    }

    @Test
    void usesTheOldTokenWhileRenewingFailsAndRetriesOnceAMinute() throws Exception {
        AccessToken old = shop.connect(tokens);
        shop.desk.respondWith(FakeResponse.unavailable(), FakeResponse.of(200, "<html>sign in</html>"));
        shop.clock.tick(DAY.multipliedBy(21));
        for (int request = 2; request <= 3; request++) {
            for (int i = 0; i < 3; i++) {
                assertTrue(isAccepted(shop.send(tokens)));
                OAuthShop.awaitRenewal(tokens);
            }
            assertEquals(old, tokens.token());
            assertEquals(request, shop.desk.requests());
            shop.clock.tick(MINUTE);
        }
        assertEquals(old, tokens.token());
        OAuthShop.awaitRenewal(tokens);
        assertEquals(tokens.token(), shop.newest());
    }

    @Test
    void oneUnauthorizedAnswerCostsOneRenewalAndOneRetry() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY);
        shop.desk.revokeAccessTokens();
        assertTrue(isAccepted(shop.send(tokens)));
        assertEquals(2, shop.pinterest.requests());
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void pausesIfTheRenewedTokenIsRefusedToo() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY);
        shop.pinterest.alwaysRespondWith(FakeResponse.unauthorized());
        assertTrue(pause(shop.send(tokens)).reason().contains("401"));
        assertEquals(2, shop.pinterest.requests());
        assertEquals(2, shop.desk.requests());
        assertTrue(pause(shop.send(tokens)).reason().contains("401"));
        assertEquals(2, shop.desk.requests(), "a token that was just issued is not renewed again");
    }

    @Test
    void pausesIfARefusedTokenCannotBeRenewed() throws Exception {
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(DAY);
        shop.desk.revokeAccessTokens();
        shop.desk.respondWith(FakeResponse.rateLimited(Duration.ofMinutes(5)));
        Unavailable pause = pause(shop.send(tokens));
        assertEquals(Optional.of(Duration.ofMinutes(5)), pause.retryAfter());
        assertFalse(pause.needsOperator());
        shop.clock.tick(MINUTE);
        assertEquals(
                Optional.of(Duration.ofMinutes(4)), pause(tokens.renewed(old)).retryAfter());
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void returnsTheNewerTokenForALateRefusalOfAnOldOne() throws Exception {
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        AccessToken next = given(tokens.token());
        assertEquals(next, tokens.renewed(old));
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void aSpentRefreshTokenNeedsReconnectAndIsNotSentAgain() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        shop.desk.revokeRefreshTokens();
        for (int i = 0; i < 3; i++) {
            Unavailable pause = pause(tokens.token());
            assertTrue(pause.needsOperator());
            assertTrue(
                    pause.reason().contains("Connect again: open the page of OAuthApp.authorizeUrl"), pause.reason());
            shop.clock.tick(MINUTE);
        }
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void usesAGrantThatAnotherProcessHasConnected() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        shop.desk.revokeRefreshTokens();
        pause(tokens.token());
        shop.connectOnce();
        shop.clock.tick(MINUTE);
        assertEquals(tokens.token(), shop.newest());
    }

    @Test
    void anExpiredRefreshTokenIsNotSent() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(60));
        Unavailable pause = pause(tokens.token());
        assertTrue(pause.needsOperator());
        assertTrue(pause.reason().contains("expired at 2025-12-31T10:00:00Z. Connect again"), pause.reason());
        assertEquals(1, shop.desk.requests());
    }

    @Test
    void aWrongClientSecretIsReported() throws Exception {
        OAuthApp wrong = new OAuthApp(OAuthShop.APP.clientId(), "canary-of-another-app");
        try (OAuthTokens others = OAuthTokens.builder(wrong, FileTokenStore.of(shop.file))
                .baseUrl(shop.pinterest.uri())
                .open()) {
            Unavailable pause = pause(others.connect(shop.desk.authorizationCode(REDIRECT), REDIRECT));
            assertTrue(pause.needsOperator() && pause.reason().contains("client id and secret"), pause.reason());
        }
    }

    @Test
    void aRefusedConnectionIsATemporaryFailure() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        URI unreachable = URI.create("http://127.0.0.1:" + free);
        try (OAuthTokens alone = OAuthTokens.builder(OAuthShop.APP, FileTokenStore.of(shop.file))
                .baseUrl(unreachable)
                .clock(shop.clock)
                .open()) {
            Unavailable pause = pause(alone.token());
            assertFalse(pause.needsOperator());
            assertTrue(pause.reason().contains("ConnectException"), pause.reason());
            assertEquals(Optional.of(MINUTE), pause.retryAfter());
        }
        assertEquals(given(tokens.token()), shop.newest(), "the refresh token was not used");
    }

    @Test
    void aClockThatIsSetBackDoesNotProlongAPause() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(40));
        shop.desk.respondWith(FakeResponse.unavailable());
        pause(tokens.token());
        shop.clock.tick(DAY.negated());
        assertEquals(given(tokens.token()), shop.newest());
    }

    @Test
    void anInterruptedCallerDoesNotEndTheRenewal() throws Exception {
        shop.connect(tokens);
        shop.clock.tick(DAY.multipliedBy(31));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        shop.desk.onRequest(() -> {
            asked.countDown();
            await(interrupted);
        });
        Thread caller = new Thread(() -> assertThrows(InterruptedException.class, tokens::token));
        caller.start();
        await(asked);
        caller.interrupt();
        caller.join();
        interrupted.countDown();
        OAuthShop.awaitRenewal(tokens);
        assertEquals(tokens.token(), shop.newest());
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void afterCloseNoThreadRunsAndCallersGetTheReason() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        OAuthTokens own = shop.open();
        shop.connect(own);
        own.close();
        List<Thread> ours = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("epik-") && !before.contains(thread))
                .toList();
        for (Thread thread : ours) {
            thread.join(20_000); // an idle thread may still be ending
        }
        assertTrue(ours.stream().noneMatch(Thread::isAlive), ours::toString);
        shop.clock.tick(DAY.multipliedBy(31));
        assertTrue(pause(own.token()).reason().contains("closed"));
    }

    @Test
    void aSuppliedClientIsNotClosed() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        try (OAuthTokens own = shop.builder(FileTokenStore.of(shop.file))
                .httpClient(() -> http)
                .open()) {
            shop.connect(own);
        }
        HttpRequest request = HttpRequest.newBuilder(shop.pinterest.uri()).build();
        assertEquals(
                404, http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    @Test
    void aClientThatFollowsRedirectsIsRejected() {
        HttpClient http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        var builder = shop.builder(FileTokenStore.of(shop.file)).httpClient(() -> http);
        assertTrue(assertThrows(EpikException.class, builder::open).toString().contains("followRedirects(NEVER)"));
    }

    @Test
    void anUnencryptedAddressIsRejected() {
        var builder = shop.builder(FileTokenStore.of(shop.file)).baseUrl(URI.create("http://api.pinterest.com"));
        assertTrue(assertThrows(EpikException.class, builder::open).toString().contains("use https"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a b", "a\nb"})
    void anAppIdThatHttpBasicCannotCarryIsRejected(String id) {
        assertThrows(EpikException.class, () -> new OAuthApp(id, "canary-secret"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
