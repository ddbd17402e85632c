// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The OAuth token endpoint of {@link FakePinterest}: {@code POST /v5/oauth/token}. It validates requests as documented:
 * HTTP Basic, a form body, no client id or secret in the form. An authorization code works once. The events endpoint
 * accepts the access tokens until they expire or are revoked.
 *
 * <p>By default a refresh token works once. Pinterest does not document whether a used one stays valid; an application
 * that works with this setting works in both cases.
 *
 * <p>Thread-safe. It lives as long as its {@link FakePinterest}.
 */
public final class FakeTokenEndpoint {
    private final String basic;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Map<String, Instant> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, Instant> refreshTokens = new ConcurrentHashMap<>();
    private final Queue<FakeResponse> scripted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Duration accessTokenLifetime = Duration.ofDays(30);
    private volatile Duration refreshTokenLifetime = Duration.ofDays(60);
    private volatile boolean keepsOldRefreshTokens;
    private volatile boolean issuesRefreshTokens = true;
    private volatile String newest = "";
    private volatile Runnable onRequest = () -> {};

    FakeTokenEndpoint(String clientId, String clientSecret, Clock clock) {
        byte[] both = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
        this.basic = "Basic " + Base64.getEncoder().encodeToString(both);
        this.clock = clock;
    }

    /**
     * Returns a new authorization code, as Pinterest passes it to the redirect URI after the user has agreed. It works
     * once, with this redirect URI.
     */
    public String authorizationCode(String redirectUri) {
        String code = secret("code_");
        codes.put(code, redirectUri);
        return code;
    }

    /** Revokes all access tokens issued so far. Refresh tokens stay valid. */
    public void revokeAccessTokens() {
        accessTokens.clear();
    }

    /** Revokes all refresh tokens issued so far. Access tokens stay valid. */
    public void revokeRefreshTokens() {
        refreshTokens.clear();
    }

    /** Sets the lifetime of access tokens issued from now on; 30 days by default. */
    public void accessTokenLifetime(Duration lifetime) {
        this.accessTokenLifetime = lifetime;
    }

    /** Sets the lifetime of refresh tokens issued from now on; 60 days by default. */
    public void refreshTokenLifetime(Duration lifetime) {
        this.refreshTokenLifetime = lifetime;
    }

    /** Sets whether a refresh token stays valid after it was used; false by default. */
    public void keepOldRefreshTokens(boolean keep) {
        this.keepsOldRefreshTokens = keep;
    }

    /** Sets whether a renewal returns a new refresh token; true by default. If not, the old one stays valid. */
    public void issueNewRefreshTokens(boolean issue) {
        this.issuesRefreshTokens = issue;
    }

    /** Sends these responses to the next requests, one each, instead of validating them. */
    public void respondWith(FakeResponse... responses) {
        scripted.addAll(List.of(responses));
    }

    /**
     * Calls the observer at every request, before it is validated. If the observer throws, the response is a 500 with
     * its message.
     */
    public void onRequest(Runnable observer) {
        this.onRequest = observer;
    }

    /** Returns how many requests the endpoint received, including rejected ones. */
    public int requests() {
        return requests.get();
    }

    /** Returns the access token that was issued last; empty before the first. */
    public String newestAccessToken() {
        return newest;
    }

    /** Returns whether an access token was issued here, has not expired and was not revoked. */
    boolean accepts(String accessToken) {
        return clock.instant().isBefore(accessTokens.getOrDefault(accessToken, Instant.MIN));
    }

    FakeResponse respond(HttpExchange exchange, String body) {
        requests.incrementAndGet();
        onRequest.run();
        FakeResponse instead = scripted.poll();
        if (instead != null) {
            return instead;
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return FakeResponse.error(405, 0, "Method not allowed.");
        }
        if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return FakeResponse.unauthorized();
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.startsWith("application/x-www-form-urlencoded")) {
            return FakeResponse.error(400, 1, "Content-Type must be application/x-www-form-urlencoded");
        }
        Map<String, String> form = form(body);
        if (form.containsKey("client_id") || form.containsKey("client_secret")) {
            return FakeResponse.error(400, 1, "Client id and secret belong in the Authorization header");
        }
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> byCode(form);
            case "refresh_token" -> byRefreshToken(form);
            default -> FakeResponse.error(400, 1, "unsupported_grant_type");
        };
    }

    private FakeResponse byCode(Map<String, String> form) {
        String redirectUri = codes.remove(form.getOrDefault("code", ""));
        if (redirectUri == null || !redirectUri.equals(form.get("redirect_uri"))) {
            return FakeResponse.invalidGrant();
        }
        if (!"true".equals(form.get("continuous_refresh"))) {
            return FakeResponse.error(400, 1, "An old app must ask for continuous_refresh");
        }
        return granted("authorization_code", Optional.of(newRefreshToken()));
    }

    private FakeResponse byRefreshToken(Map<String, String> form) {
        String old = form.getOrDefault("refresh_token", "");
        boolean kept = keepsOldRefreshTokens || !issuesRefreshTokens;
        Instant end = kept
                ? refreshTokens.get(old)
                : refreshTokens.remove(old); // of two concurrent requests only one gets it
        if (end == null || !clock.instant().isBefore(end)) {
            return FakeResponse.invalidGrant();
        }
        return granted("refresh_token", issuesRefreshTokens ? Optional.of(newRefreshToken()) : Optional.empty());
    }

    private String newRefreshToken() {
        String token = secret("pinr_");
        refreshTokens.put(token, clock.instant().plus(refreshTokenLifetime));
        return token;
    }

    private FakeResponse granted(String type, Optional<String> refreshToken) {
        String access = secret("pina_");
        Instant now = clock.instant();
        accessTokens.put(access, now.plus(accessTokenLifetime));
        newest = access;
        String refresh = refreshToken
                .map(token -> ",\"refresh_token\":" + Json.quoted(token) + ",\"refresh_token_expires_in\":"
                        + refreshTokenLifetime.toSeconds() + ",\"refresh_token_expires_at\":"
                        + now.plus(refreshTokenLifetime).getEpochSecond())
                .orElse("");
        return FakeResponse.of(
                200,
                "{\"response_type\":" + Json.quoted(type) + ",\"access_token\":" + Json.quoted(access)
                        + ",\"token_type\":\"bearer\",\"expires_in\":" + accessTokenLifetime.toSeconds()
                        + ",\"scope\":\"ads:read ads:write\"" + refresh + "}");
    }

    private String secret(String prefix) {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return prefix + HexFormat.of().formatHex(bytes);
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    /** Returns the number of requests, never a token. */
    @Override
    public String toString() {
        return "FakeTokenEndpoint[" + requests + " requests]";
    }
}
