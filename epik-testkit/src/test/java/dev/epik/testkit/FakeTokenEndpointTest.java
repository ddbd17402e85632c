// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TickingClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeTokenEndpointTest {
    private static final String REDIRECT = "https%3A%2F%2Fshop.example%2Fback";

    private final HttpClient http = HttpClient.newHttpClient();
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final FakePinterest pinterest = start();
    private final FakeTokenEndpoint tokenEndpoint = pinterest.tokenEndpoint();

    private FakePinterest start() {
        try {
            return FakePinterest.builder(ACCOUNT, "a-token-of-the-test")
                    .clock(clock)
                    .oauth("1499999", "a-secret")
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    private HttpResponse<String> post(String credentials, String type, String form) throws Exception {
        String basic = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return http.send(
                HttpRequest.newBuilder(pinterest.uri().resolve("/v5/oauth/token"))
                        .header("Authorization", basic)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private int status(String form) throws Exception {
        return post("1499999:a-secret", "application/x-www-form-urlencoded", form)
                .statusCode();
    }

    private String granted(String form, String field) throws Exception {
        HttpResponse<String> response = post("1499999:a-secret", "application/x-www-form-urlencoded", form);
        assertEquals(200, response.statusCode(), response.body());
        PublishedSchema.checkTokenAnswer(response.body());
        return String.valueOf(((Json.Obj) Json.parse(response.body())).fields().get(field));
    }

    private String byCode() {
        String code = tokenEndpoint.authorizationCode("https://shop.example/back");
        return "grant_type=authorization_code&code=" + code + "&redirect_uri=" + REDIRECT + "&continuous_refresh=true";
    }

    private static String byRefresh(String token) {
        return "grant_type=refresh_token&refresh_token=" + token;
    }

    /** Returns the status of an events request without events: 401 only if the token is not accepted. */
    private int events(String token) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(pinterest.uri().resolve("/v5/ad_accounts/549755885175/events"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void authorizationCodeWorksOnce() throws Exception {
        String form = byCode();
        assertEquals("authorization_code", granted(form, "response_type"));
        assertEquals(400, status(form));
        assertEquals(2, tokenEndpoint.requests());
    }

    @Test
    void refreshTokenWorksOnce() throws Exception {
        String first = granted(byCode(), "refresh_token");
        String second = granted(byRefresh(first), "refresh_token");
        assertNotEquals(first, second);
        assertEquals(400, status(byRefresh(first)));
        granted(byRefresh(second), "access_token");
    }

    @Test
    void keptRefreshTokenWorksAgain() throws Exception {
        tokenEndpoint.keepOldRefreshTokens(true);
        String first = granted(byCode(), "refresh_token");
        granted(byRefresh(first), "access_token");
        granted(byRefresh(first), "access_token");
    }

    @Test
    void withoutNewRefreshTokensTheFirstStaysValid() throws Exception {
        tokenEndpoint.issueNewRefreshTokens(false);
        String first = granted(byCode(), "refresh_token");
        HttpResponse<String> response = post("1499999:a-secret", "application/x-www-form-urlencoded", byRefresh(first));
        assertFalse(response.body().contains("refresh_token_"), response.body());
        assertEquals(200, status(byRefresh(first)));
    }

    @Test
    void refreshTokensExpireAndAreRevoked() throws Exception {
        tokenEndpoint.refreshTokenLifetime(Duration.ofDays(2));
        String expired = granted(byCode(), "refresh_token");
        clock.tick(Duration.ofDays(2));
        assertEquals(400, status(byRefresh(expired)));
        String revoked = granted(byCode(), "refresh_token");
        tokenEndpoint.revokeRefreshTokens();
        assertEquals(400, status(byRefresh(revoked)));
    }

    @Test
    void eventsEndpointAcceptsAccessTokensUntilTheyExpireOrAreRevoked() throws Exception {
        tokenEndpoint.accessTokenLifetime(Duration.ofHours(1));
        String first = granted(byCode(), "access_token");
        assertEquals(first, tokenEndpoint.newestAccessToken());
        assertEquals(400, events(first));
        clock.tick(Duration.ofHours(1));
        assertEquals(401, events(first));
        String second = granted(byCode(), "access_token");
        tokenEndpoint.revokeAccessTokens();
        assertEquals(401, events(second));
        assertEquals(400, events("a-token-of-the-test"));
    }

    @ParameterizedTest
    @CsvSource({
        "1499999:another-secret, application/x-www-form-urlencoded, grant_type=refresh_token, 401",
        "1499999:a-secret, application/json, {}, 400",
        "1499999:a-secret, application/x-www-form-urlencoded, grant_type=client_credentials, 400",
        "1499999:a-secret, application/x-www-form-urlencoded, grant_type=refresh_token&refresh_token=x, 400",
        "1499999:a-secret, application/x-www-form-urlencoded, client_id=1499999&grant_type=refresh_token, 400",
        "1499999:a-secret, application/x-www-form-urlencoded, client_secret=a-secret, 400",
    })
    void rejectsRequestsThatThePublishedApiRejects(String credentials, String type, String form, int status)
            throws Exception {
        assertEquals(status, post(credentials, type, form).statusCode());
    }

    @Test
    void redirectUriMustMatchExactly() throws Exception {
        assertEquals(400, status(byCode().replace(REDIRECT, REDIRECT + "%2F")));
    }

    @Test
    void codeRequestMustAskForContinuousRefresh() throws Exception {
        assertEquals(400, status(byCode().replace("&continuous_refresh=true", "")));
    }

    @Test
    void sendsScriptedResponsesAndCallsTheObserver() throws Exception {
        tokenEndpoint.respondWith(FakeResponse.unavailable());
        assertEquals(503, status(byCode()));
        tokenEndpoint.onRequest(() -> {
            throw new AssertionError("heard");
        });
        assertEquals(500, status(byCode()));
    }

    @Test
    void withoutAnAppThereIsNoTokenEndpoint() throws Exception {
        try (FakePinterest plain = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            assertThrows(IllegalStateException.class, plain::tokenEndpoint);
            HttpRequest request = HttpRequest.newBuilder(plain.uri().resolve("/v5/oauth/token"))
                    .build();
            assertEquals(404, http.send(request, BodyHandlers.discarding()).statusCode());
        }
        assertTrue(tokenEndpoint.toString().contains("0 requests"));
    }
}
